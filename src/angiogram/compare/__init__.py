"""Finished runs on the same cases, held against each other."""
