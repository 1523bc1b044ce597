"""Intervals and decisions: the bootstrap over groups, exact shares, Holm, present or absent."""
