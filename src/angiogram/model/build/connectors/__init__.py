"""Connectors: from what the encoder gives to image tokens of the LLM; each is a way to reduce and a way to project."""
