"""What a step learns from: entries with their images, drawn by seed and step alone."""
