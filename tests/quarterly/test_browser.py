"""The page in Chromium: both themes, a phone and a desktop; with axe's rules of accessibility. Needs a Chromium of the system
(``apt-get install chromium``)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from quarterly.conftest import Auld

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")

pytestmark = pytest.mark.system

_NAMES = ("chromium", "chromium-headless-shell", "chromium-browser", "google-chrome")
THEMES = ("light", "dark")
WIDTHS = (360, 1280)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        pytest.skip("there is no Chromium: apt-get install chromium")
    with playwright.sync_playwright() as driver:
        # root, as in CI, has no sandbox; the page is our own and may load nothing
        found = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("width", WIDTHS)
def test_it_stands_by_itself_fits_and_is_accessible(auld: Auld, browser: Any, tmp_path: Path, theme: str, width: int) -> None:
    file = tmp_path / "report.html"
    auld("report", "--out", str(file))
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=theme)
    page = context.new_page()
    told: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert told == []
    assert asked == [file.as_uri()]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    found = axe.Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    context.close()


def test_it_can_be_walked_by_keyboard(auld: Auld, browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    auld("report", "--out", str(file))
    page = browser.new_page()
    page.goto(file.as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    for _ in range(7):
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open")
    page.close()


def test_paper_shows_what_is_folded_on_the_screen(auld: Auld, browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    auld("report", "--out", str(file))
    page = browser.new_page()
    page.goto(file.as_uri())
    page.emulate_media(media="print")
    assert page.locator(".moments li").first.is_visible()
    assert not page.locator("nav").is_visible()
    page.close()
