"""The page inside a notebook, in a real browser: its script runs, its links stay in the frame."""

import shutil
from pathlib import Path

import pytest

from angiogram.api.run import Run

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def test_links_of_the_page_stay_in_its_frame(tmp_path, monkeypatch):
    playwright = pytest.importorskip("playwright.sync_api", reason="the playwright package is not installed")
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"no browser is installed: looked for {', '.join(BROWSERS)}")
    monkeypatch.syspath_prepend(Path(__file__).parents[1] / "report")
    from report_sample import sample_diagnosis

    notebook = tmp_path / "notebook.html"
    frame = Run(tmp_path, sample_diagnosis()).show(height=700)._repr_html_()
    notebook.write_bytes(f"<!doctype html><p>A cell</p>{frame}".encode("utf-8", "xmlcharrefreplace"))
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        page = running.new_page(viewport={"width": 1100, "height": 800})
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(notebook.as_uri())
        inside = page.frames[1]
        assert inside.evaluate("!document.querySelector('.mark > title')")  # the page's script has run
        inside.locator("a[href='#glossary']").first.click()
        inside.wait_for_function("scrollY > 0")
        assert (page.url, inside.url) == (notebook.as_uri(), "about:srcdoc#glossary")
        assert inside.locator("h1").count() == 1 and said == []
        running.close()
