"""The progress callable that says nothing; the default of everything here that can take long."""


def silent(line: str) -> None:
    """Drop the line."""
