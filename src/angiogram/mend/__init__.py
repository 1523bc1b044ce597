"""Mending: the least repair that a verdict names, written as a model that loads, and judged on cases it never saw."""
