"""Training dynamics: how the gradients of a batch share directions while a model learns (IMAX, arXiv 2504.09967).

`gram.py` makes the n x n Gram matrix of per-sample gradients from one backward pass and leaves no trace of it,
`spectrum.py` the two published numbers of a Gram matrix, `measure.py` both for a batch of answers, on the model and on
each of its modules, and `along.py` says them while a training goes on.
"""
