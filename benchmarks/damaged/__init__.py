"""Sound files, ways to damage them, and a process that opens what comes of it."""
