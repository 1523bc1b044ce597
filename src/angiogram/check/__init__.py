"""Whether a model can be trusted to a diagnosis: one file a check, listed in `checks`."""
