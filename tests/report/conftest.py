import re
from pathlib import Path

import pytest
from report_sample import sample_diagnosis

from angiogram.report.disk import write_report


@pytest.fixture(scope="session")
def page_path(tmp_path_factory) -> Path:
    return write_report(sample_diagnosis(), tmp_path_factory.mktemp("run"))[1]


@pytest.fixture
def open_page(browser):
    """Open a report at a width; afterwards nothing may have been asked of the network or complained about."""
    pages = []

    def opener(path: Path, width: int = 1280, height: int = 800, **context):
        page = browser.new_page(viewport={"width": width, "height": height}, **context)
        requests, complaints = [], []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        pages.append((page, requests, complaints))
        page.goto(path.as_uri())
        return page

    yield opener
    for page, requests, complaints in pages:
        assert complaints == []
        assert [url for url in requests if not re.match(r"(file|data):", url)] == []
        page.close()


@pytest.fixture
def at_widths(open_page):
    """Open a report once, and show it at one width after the other."""

    def opener(path: Path, *widths: int):
        page = open_page(path, widths[0], 740)
        for width in widths:
            page.set_viewport_size({"width": width, "height": 740})
            yield width, page

    return opener
