"""Both views in sentences, for the page and for the terminal."""

from angiogram.data.views.pool import Given
from angiogram.data.views.view import View

TOLD = 5  # rows set aside that the terminal tells


def headline(view: View) -> str:
    """What the two views are, in one sentence."""
    centric, scattered, most = view.image_centric, view.scattered, view.matched.most_tasks
    on = _counted(scattered.images, "image", "images")
    once = "none of which serves more than one task" if most == 1 else f"each of which serves at most {most} tasks"
    return (
        f"{_counted(centric.entries, 'entry', 'entries')} in either view: the image-centric one on "
        f"{_counted(centric.images, 'image', 'images')} with {centric.tasks_per_image.mean:.1f} tasks each, "
        f"the scattered one on {on}, {once}."
    )


def left_out(given: Given) -> list[str]:
    """What of the table takes no part."""
    counts = (
        (given.set_aside, "rows break a rule of the schema and are set aside"),
        (given.without_image, "entries have no image"),
        (given.other_splits, f"entries are not in the split '{given.split}' and take no part in the views"),
    )
    return [f"{count:,} of {given.rows:,} {what}." for count, what in counts if count]


def set_aside(given: Given) -> list[str]:
    """Why, of the first rows."""
    return [f"Row {row.row} ('{row.id}'): {row.reason}." for row in given.reasons[:TOLD]]


def matching(view: View) -> list[str]:
    """How many images, and for how many tasks each of them is needed."""
    matched, images = view.matched, view.scattered.images
    found = ", the most with which the scattered view needs one task of each" if matched.images_found else ""
    dense = f"the {matched.candidates:,} images with at least {matched.tasks} tasks"
    said = f"Image-centric: {matched.images:,} of {dense}{found}."
    if matched.most_tasks == 1:
        return [said, f"Scattered: {images:,} images, each for one task."]
    most, extra = matched.most_tasks, matched.extra_uses
    if (most, extra) == (matched.most_tasks_at_least, matched.extra_uses_at_least):
        proof = f"No draw of this size does with fewer than {most}, nor at {most} with fewer beyond the first."
    else:
        proof = (
            f"It is proved that no draw of this size does with fewer than {matched.most_tasks_at_least}, nor at {most} "
            f"with fewer than {matched.extra_uses_at_least:,} beyond the first."
        )
    uses = f"each for at most {most} tasks; {extra:,} of them are beyond an image's first"
    return [said, f"Scattered: {images:,} images, {uses}. {proof}"]


def shared(view: View) -> str:
    """What is in both views."""
    images, entries = view.matched.shared_images, view.matched.shared_entries
    return f"{_counted(images, 'image', 'images')} and {_counted(entries, 'entry', 'entries')} are in both views."


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
