"""The leakage audit: duplicates across the splits, divided groups, and duplicates with two labels [own].

`audit.audit` is the whole of it. A near-duplicate is found in two steps: a perceptual hash names candidates (`phash`,
`hamming`), and a correlation of what is fine in two small copies of the pictures confirms them (`likeness`).
"""
