"""What the page calls the tasks of an annotation table."""

from angiogram.data.annotations.tasks import Task

NAMES: dict[Task, str] = {
    "calculation": "calculation",
    "report": "report",
    "multi_class": "multi-class",
    "multi_label": "multi-label",
    "rec": "REC",
    "reg": "REG",
    "vqa": "VQA",
    "text_qa": "text QA",
}
MEANING: dict[Task, str] = {
    "calculation": "A ratio or another quantity that is measured in the image.",
    "report": "A description of the whole image.",
    "multi_class": "One of several classes.",
    "multi_label": "All findings that are there.",
    "rec": "Referring expression comprehension: words are given, the box is asked for.",
    "reg": "Referring expression generation: a box is given, its name is asked for.",
    "vqa": "A question about the image.",
    "text_qa": "A question without an image.",
}


def task_name(task: Task) -> str:
    """The short name of a task.

    >>> task_name("multi_label")
    'multi-label'
    """
    return NAMES[task]


def task_meaning(task: Task) -> str:
    """What a task asks for, as a sentence."""
    return MEANING[task]
