"""What can be done about a failure mode: what to try next, and what the cheap remedies recover, tried on the spot."""
