"""What brings the answer back: the ladder of repairs, and remedies a user can take."""
