"""The page inside a notebook, in a real browser: its script runs, its links stay in the frame."""

from pathlib import Path

from angiogram.api.run import Run


def test_links_of_the_page_stay_in_its_frame(tmp_path, monkeypatch, browser):
    monkeypatch.syspath_prepend(Path(__file__).parents[1] / "report")
    from report_sample import sample_diagnosis

    notebook = tmp_path / "notebook.html"
    frame = Run(tmp_path, sample_diagnosis()).show(height=700)._repr_html_()
    notebook.write_bytes(f"<!doctype html><p>A cell</p>{frame}".encode("utf-8", "xmlcharrefreplace"))
    page = browser.new_page(viewport={"width": 1100, "height": 800})
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
    page.close()
