"""Files that annotations are read from and written to, one file a format."""
