"""The annotation table: one schema for all tasks, its rules, and the files that it is read from and written to."""
