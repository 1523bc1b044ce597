"""What an entry of an annotation table asks for."""

from typing import Literal, get_args

Task = Literal["calculation", "report", "multi_class", "multi_label", "rec", "reg", "vqa", "text_qa"]
"""The seven tasks on an image, and questions without one (`text_qa`).

`rec` (referring expression comprehension) asks where something is, `reg` (referring expression generation) what stands
in a box.
"""
TASKS: tuple[Task, ...] = get_args(Task)
ON_IMAGES: tuple[Task, ...] = tuple(task for task in TASKS if task != "text_qa")
