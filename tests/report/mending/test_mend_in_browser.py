"""The page of a mend in a real browser."""

import pytest
from mend_sample import sample_mending

from angiogram.report.mending.disk import write_mending


@pytest.fixture(scope="session")
def mend_path(tmp_path_factory):
    return write_mending(sample_mending(), tmp_path_factory.mktemp("mend"))[1]


def test_nothing_is_wider_than_the_window(at_widths, mend_path):
    for width, page in at_widths(mend_path, 320, 1280):
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.locator("#answers table").count() == 2
        assert page.locator("#stages-1 .pair").count() == 7
