"""Remedies that a user can take without training: each tried on the spot, with what it recovered."""
