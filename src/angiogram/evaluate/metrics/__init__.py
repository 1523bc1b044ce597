"""Scores of answers, each with the library that computed it, its version and its variant."""
