"""Arrow tables as pandas data frames, where pandas is installed: Angiogram itself does not need it."""

from typing import Any

import pyarrow as pa

from angiogram.errors import InputError


def frame_of(table: pa.Table) -> Any:  # a pandas.DataFrame; pandas need not be here
    """The same as a pandas data frame.

    Raises:
        InputError: pandas is not installed; says what to do.
    """
    try:
        return table.to_pandas()
    except ImportError as error:
        raise InputError(
            "`to_pandas` needs pandas, which is not installed here: `pip install pandas`; `table` gives the same as an "
            "Arrow table without it."
        ) from error
