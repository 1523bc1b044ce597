"""The verdict: in one place, from evidence that was gathered before."""
