"""What holds of every source of questions, reports and volumes: groups and splits."""

from pathlib import Path

import pytest
from tests.data.annotations.named.downloads import Made
from tests.data.annotations.named.text_downloads import TEXTS, vqa_rad_parquet

from angiogram.data.annotations.named.source import named_source, open_named
from angiogram.data.annotations.schema import SPLITS

MADE = [*TEXTS.items(), ("vqa-rad", vqa_rad_parquet)]


@pytest.mark.parametrize(("name", "made"), MADE, ids=[made.__name__ for _, made in MADE])
def test_every_entry_has_a_group_and_the_splits_are_the_source_s_own(tmp_path: Path, name: str, made: Made):
    entries = open_named(name, made(tmp_path)).entries.collect()
    assert entries["group"].null_count() == 0
    assert set(entries["split"].drop_nulls()) == {split for split in SPLITS if split in named_source(name).splits}
