"""A mend on disk: mend.json, mend.html, the terminal's table."""
