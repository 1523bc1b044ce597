"""From kept answers to scores with intervals."""
