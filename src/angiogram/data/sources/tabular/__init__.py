"""Images that a table names or holds, one row an image."""
