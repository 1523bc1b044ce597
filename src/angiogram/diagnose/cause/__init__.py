"""Causal tests: does the model use what a probe finds? The image is cut off, or exchanged, and the answer is read."""
