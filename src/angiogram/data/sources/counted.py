"""Numbers of things in sentences."""


def counted(number: int, one: str, more: str) -> str:
    """The number and what it counts.

    >>> counted(1, "case is", "cases are"), counted(0, "case is", "cases are")
    ('1 case is', '0 cases are')
    """
    return f"{number} {one if number == 1 else more}"
