"""A comparison on disk: compare.json, compare.html, the terminal's table."""
