"""Images on both sides of a split that the source itself made."""

import polars as pl


def said_shared(frame: pl.DataFrame) -> tuple[str, ...]:
    """What is to be stated of images of other splits that the training split has too.

    Args:
        frame: with `image` and `split`.

    >>> said_shared(pl.DataFrame({"image": ["a", "a", "b"], "split": ["train", "test", "test"]}))
    ('Images of the test split that are in the train split too, so that answers may have been learnt: 1 of 2.',)
    """
    taught = pl.col("image").is_in(frame.filter(split="train")["image"].implode())
    said: list[str] = []
    for side in ("validation", "test"):
        images = frame.filter(split=side).unique("image")
        if count := images.filter(taught).height:
            said.append(
                f"Images of the {side} split that are in the train split too, so that answers may have been learnt: "
                f"{count:,} of {images.height:,}."
            )
    return tuple(said)
