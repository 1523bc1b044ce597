"""Sound entries to start from."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from angiogram.data.annotations.entry import Answer, Entry
from angiogram.data.annotations.tasks import Task

SOUND: dict[Task, Answer] = {
    "calculation": Answer(quantity="CTR", value=0.52, unit="ratio"),
    "report": Answer(),
    "multi_class": Answer(label="normal", options=("normal", "enlarged")),
    "multi_label": Answer(labels=("edema",), unsure=("effusion",), options=("edema", "effusion", "mass")),
    "rec": Answer(label="heart", box=(0.25, 0.5, 0.75, 1.0)),
    "reg": Answer(label="heart", box=(0.25, 0.5, 0.75, 1.0)),
    "vqa": Answer(options=("yes", "no")),
    "text_qa": Answer(),
}


MARKS = "\ufdd0\ufdd1\ufdd2\ufdd3"
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters=MARKS)
"""What a text may hold."""


def entry(number: int = 0, task: Task = "vqa", **changes: Any) -> Entry:
    """A sound entry of a task, with these changes."""
    image = None if task == "text_qa" else f"{number}.png"
    sound = Entry(f"e{number}", image, task, "What is seen?", "no", "ours", SOUND[task], group=f"patient {number}")
    return replace(sound, **changes)
