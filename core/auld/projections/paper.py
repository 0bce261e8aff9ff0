"""The news as of one moment, for the questions of a view. It costs nothing where there are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from auld.projections.views import Offer, Post, Press

if TYPE_CHECKING:
    from auld.projections.index import Index
    from auld.projections.view import View

_Item = TypeVar("_Item", Press, Post, Offer)
_TELLING = frozenset({"likes", "need", "offers"})
"""Kinds of facts that say what somebody cares about."""


class Paper:
    """``index`` tells what is in the news, ``view`` is asked what else there is to know. Times come in the user's zone."""

    def __init__(self, index: Index, view: View) -> None:
        self._index = index
        self._view = view

    def mentions(self, person_id: str) -> list[Press]:
        return self._of(person_id, self._press)

    def posts(self, person_id: str) -> list[Post]:
        return self._of(person_id, self._posts)

    def offers(self, person_id: str) -> list[Offer]:
        return self._of(person_id, self._offers)

    def _of(self, person_id: str, found: Mapping[str, Sequence[_Item]]) -> list[_Item]:
        person = self._index.joining.resolve(person_id) if found else None
        items = found.get(person, ()) if person is not None else ()
        return [replace(item, at=item.at.astimezone(self._view.policy.zone)) for item in items if item.at <= self._view.as_of]

    @cached_property
    def _press(self) -> dict[str, list[Press]]:
        news = self._index.news()
        return {} if news is None else news.press(self._index.everybody())

    @cached_property
    def _posts(self) -> dict[str, list[Post]]:
        news = self._index.news()
        return {} if news is None else news.posts(self._index.everybody())

    @cached_property
    def _offers(self) -> dict[str, list[Offer]]:
        news, view = self._index.news(), self._view
        if news is None:
            return {}
        tracked = view.tracked()
        said = {person.id: self._said(person.id) for person in tracked}
        return news.offers(tracked, said, view.policy, view.follow_ups(), view.today)

    def _said(self, person_id: str) -> list[tuple[str, str]]:
        facts = [(fact.kind, fact.text) for fact in self._view.facts(person_id) if fact.kind in _TELLING]
        return [*facts, *(("note", note.text) for note in self._view.notes(person_id))]
