"""Two training sets of one size from one annotation table: many tasks on few images, and one task each on many.

The *image-centric* view holds all entries of densely annotated images. The *scattered* one (decentralised data in Zhu
et al., arXiv 2504.09967) holds exactly as many entries of each task, drawn so that no image serves more tasks than it
must.

Polars does the joins and counts, not DuckDB or Arrow: its expressions are typed values that compose, so that the rules
of the table and the views share them, its engine reads and writes in pieces, and its columns become those of Arrow and
NumPy without a copy.
"""
