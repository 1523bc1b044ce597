"""Lesions: faults planted in a model on purpose, so that the truth about it is known."""
