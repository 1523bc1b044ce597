"""The schema as Hugging Face `datasets` names it, so that a table opens there with the types that it has here.

Images are paths there, not `datasets.Image`: one picture stands in many entries and would be stored with each, and a
volume or a picture in an archive is none that `datasets` decodes. `Dataset.cast_column("image", Image())` makes
pictures of the paths where they are wanted.
"""

from typing import Any

import polars as pl

from angiogram.data.annotations.schema import SCHEMA

KEY = "huggingface"
"""Of the metadata of a Parquet file, under which `datasets` looks for the types of columns."""
_PLAIN = {pl.String(): "string", pl.Float64(): "float64", pl.Int64(): "int64", pl.Boolean(): "bool"}


def features() -> dict[str, Any]:
    """What stands under the key, before it is written as JSON.

    >>> features()["info"]["features"]["turn"]
    {'dtype': 'int64', '_type': 'Value'}
    """
    return {"info": {"features": {name: _feature(kind) for name, kind in SCHEMA.items()}}}


def _feature(kind: Any) -> Any:
    if isinstance(kind, pl.Struct):
        return {field.name: _feature(field.dtype) for field in kind.fields}
    if isinstance(kind, pl.List):
        return [_feature(kind.inner)]  # versions from 2 to 4 of `datasets` all read a list of one
    return {"dtype": _PLAIN[kind], "_type": "Value"}
