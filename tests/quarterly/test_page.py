"""The page as text: it needs nothing else, and foreign text cannot become part of it."""

from __future__ import annotations

from datetime import date, timedelta
from html.parser import HTMLParser

import pytest
from msgspec.structs import replace

from auld.clock import FixedClock
from auld.observations import Task
from auld.projections.views import PersonView
from auldd.quarterly import charts
from auldd.quarterly.timelines import timelines
from quarterly.conftest import Auld
from support.small_world import TASKS, World
from support.views import fake_view

_VOID = {"meta", "br", "img", "path", "rect", "link"}


class Seen(HTMLParser):
    """Elements and attributes of the page, and whether they nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture
def page(auld: Auld) -> Seen:
    return Seen(auld("report", "--out", "-").stdout)


def test_foreign_text_stays_text(page: Seen) -> None:
    assert not {"script", "img", "iframe", "object", "link"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on")]
    assert page.tags.count("title") == 1
    text = "".join(page.words)
    assert "Bruno <script>alert(1)</script>" in text
    assert "</title><img src=x onerror=alert(2)>" in text


def test_it_asks_for_nothing(page: Seen) -> None:
    assert [value for name, value in page.attributes if name in {"src", "href", "srcset", "data"} and value[:1] != "#"] == []
    assert "url(" not in "".join(page.words)
    assert "@import" not in "".join(page.words)
    (policy,) = [value for name, value in page.attributes if value.startswith("default-src")]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline';")


def test_its_links_lead_somewhere(page: Seen) -> None:
    ids = [value for name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert {value[1:] for name, value in page.attributes if name == "href"} <= set(ids)
    assert {value for name, value in page.attributes if name == "aria-labelledby"} <= set(ids)


def test_it_holds_what_it_promises(page: Seen) -> None:
    text = " ".join("".join(page.words).split())
    for said in (
        "As of 5 October 2026. The quarter runs from 1 October 2026 to 31 December 2026.",
        "Against your goals: on track.",
        "Get in touch with Ana Lima again, on 8 October 2026.",
        "Touches in the 13 weeks to the end of the quarter: 0; in the 26 weeks before: 5.",
        "Known of 3 of 3 people. Herfindahl index 0.33: concentrated.",
        "Energy",
        "Single threads",
        "Warming up",
        "The next 13 weeks",
        "Call Carla",
        "once in twelve months, last on 2 October 2026",
    ):
        assert said in text, said


def test_every_chart_is_told_in_words_and_as_a_table(page: Seen) -> None:
    assert page.tags.count("svg") == page.tags.count("figure") == page.tags.count("figcaption") == 6
    labels = [value for name, value in page.attributes if name == "aria-label"]
    assert any(label.startswith("Shares by category: clients 100%") for label in labels)


def test_a_chart_brings_no_script_no_style_and_no_id() -> None:
    drawn = str(charts.bars(["Q1", "Q2"], {"<b>": [1, 0], "calls": [0, 3]}, 'a "b" <c>'))
    seen = Seen(drawn)
    assert not {"script", "style", "desc", "b"} & set(seen.tags)
    assert "id" not in dict(seen.attributes)
    assert ("aria-label", 'a "b" <c>') in seen.attributes
    assert drawn == str(charts.bars(["Q1", "Q2"], {"<b>": [1, 0], "calls": [0, 3]}, 'a "b" <c>'))


def text_of(auld: Auld) -> str:
    return " ".join("".join(Seen(auld("report", "--out", "-").stdout).words).split())


def test_it_says_what_became_of_an_action(auld: Auld, world: World, clock: FixedClock) -> None:
    assert "To take it on: auld accept 1-" in text_of(auld)
    auld("accept", "1")
    text = text_of(auld)
    assert "Accepted on 5 October 2026." in text
    assert "auld accept 1-" not in text
    auld("once")
    clock.advance(timedelta(days=3))
    (ref, task) = next((ref, task) for ref, task in world.objects[TASKS.id].items() if "again" in getattr(task, "title", ""))
    assert isinstance(task, Task)
    world.objects[TASKS.id][ref] = replace(task, status="completed")
    auld("once")
    assert "You were in touch on 8 October 2026." in text_of(auld)


def test_a_long_life_is_cut_and_says_so() -> None:
    view = fake_view(PersonView("a", "Ana", category="clients", ideal=28, at_most=42), today=date(2026, 3, 2))
    for days in range(50):
        view.met("a", date(2026, 3, 1) - timedelta(days=days), f"Talk {days}")
    view.plan_meeting("a", date(2026, 3, 9), "Lunch")
    (line,) = timelines(view)
    assert (len(line.moments), line.earlier) == (40, 11)
    assert (line.moments[0].text, line.moments[0].to_come) == ("Lunch", True)
    assert line.months[-4:] == [0, 21, 28, 1]
    assert line.levels[-4:] == [0, 3, 3, 1]
    assert line.summary == "50 times in twelve months"
