"""Parquet files that stand beside folders of images and are not about them."""

from pathlib import Path

from angiogram.data.sources.scan import image_files
from angiogram.data.sources.tabular import shards
from angiogram.data.sources.tabular.columns import TableOptions, found_columns
from angiogram.errors import InputError


def stray(folder: Path) -> bool:
    """Whether a folder of `datasets` has images below it, and tables that hold none and name no images and classes."""
    if not any(path.parent != folder for path in image_files(folder)):
        return False
    try:
        contents = shards.read_dataset(folder)
        found_columns(contents, TableOptions(), folder)
    except InputError:
        return True
    return False
