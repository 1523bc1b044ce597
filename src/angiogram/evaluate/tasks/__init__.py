"""The tasks: one file each, with how it is asked, how an answer is read, and what it is scored by."""
