"""The README's picture: the first screen of a report, as a browser shows it."""

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PICTURE = Path(__file__).parents[1] / "docs" / "report.png"
SIZE = {"width": 1280, "height": 860}


def first_screen(page: Path, picture: Path = PICTURE) -> bool:
    """Write the picture of a report's page; False where no browser is installed."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        return False
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        shown = browser.new_page(viewport=SIZE)
        shown.goto(page.absolute().as_uri())
        shown.screenshot(path=picture)
        browser.close()
    return True
