"""The one sentence about a part that cannot be found, with the way out."""

from angiogram.errors import InputError


def not_found(part: str, why: str, example: str) -> InputError:
    """The error for a part that tracing does not find.

    >>> str(not_found("connector", "no module does", "model.proj"))[:55]
    "The model's connector was not found: no module does; na"
    """
    were = "were" if part.endswith("s") else "was"
    return InputError(
        f"The model's {part.replace('_', ' ')} {were} not found: {why}; name it in a YAML file with the line "
        f"'{part}: {example}' and give that file with --anatomy."
    )
