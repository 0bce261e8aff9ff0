"""The page as HTML that needs nothing else: no script, no font, no picture, no request. Foreign text is escaped by the template
engine, and the page's own policy lets a browser load and run nothing."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from auldd.quarterly.page import Page


def render(page: Page) -> str:
    """The whole document."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    from auld.wording import plain
    from auldd.quarterly.days import day_words

    environment = Environment(
        loader=PackageLoader("auldd.quarterly", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["day"] = day_words
    environment.filters["clean"] = plain
    sheet = files("auldd.quarterly").joinpath("page.css").read_text(encoding="utf-8")
    return environment.get_template("page.html").render(page=page, sheet=Markup(sheet))  # noqa: S704 - our own file
