"""Pseudo-labels: what a model says of images that nobody annotated for a task, and which of it is kept.

`question.py` takes the truth out of an entry, or puts an answer in; `ask.py` asks a model; `confidence.py` and
`consistency.py` are the two filters; `annotate.py` walks through them. It works for any model and annotation table.
IMAX (arXiv 2504.09967) names such a strategy without its details; everything here is ours. [own]
"""
