"""Named sources: each one file that knows a published layout, from the user's own download to entries."""
