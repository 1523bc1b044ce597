"""What a model is asked about each image when the source brings no question."""

from collections.abc import Sequence


def default_question(classes: Sequence[str]) -> str:
    """A closed question that names every class.

    >>> default_question(["benign", "malignant", "normal"])
    'Which of these does the image show: benign, malignant or normal?'
    """
    *first, last = classes
    return f"Which of these does the image show: {', '.join(first)} or {last}?"
