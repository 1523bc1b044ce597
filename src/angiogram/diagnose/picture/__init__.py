"""What a reader can look at: examples, confusions, maps of evidence and of features."""
