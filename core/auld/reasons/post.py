"""Somebody published something: a reason to answer. Several posts are one ask, and not all that they write asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from auld import wording
from auld.reasons._news import FRESH, LEAST, LONGEST_HEADLINE, origin_of, with_link
from auld.reasons.base import Proposal
from auld.tongue import tongue

if TYPE_CHECKING:
    from auld.projections.view import View
    from auld.projections.views import FollowUp, PersonView
    from auld.projections.views import Post as Entry

_PRIORITY = 35
_REST = timedelta(days=28)
"""After one ask there is no other for so long, however much the person writes; after one that was left undone for weeks, from
when it was laid to rest."""
_SHOWN = 3


class Post:
    """The occasion is the first of the posts that are new together; as long as its follow-up stands it tells of those alone."""

    id: ClassVar[str] = "post"
    summary: ClassVar[str] = "The person published something: a feed of theirs has a new entry."

    def propose(self, view: View, person: PersonView, today: date, until: date) -> Iterator[Proposal]:
        posts = [post for post in view.posts(person.id) if not post.sensitive]
        if not posts:
            return
        asks = [f for f in view.follow_ups(person.id) if _asked(f)]
        standing = next((f for f in asks if f.open), None)
        if standing is not None:
            told, occasion = _told(view, posts, standing), _asked(standing)
        else:
            last = max((f.closed_at if f.rested and f.closed_at else f.proposed_at for f in asks), default=None)
            if last is not None and today < _day(view, last) + _REST:
                return
            seen = max((p.at for f in asks for p in _told(view, posts, f)), default=last)
            told = [
                p for p in posts if today - FRESH <= _day(view, p.at) <= until and _is_after(p, last) and _is_after(p, seen)
            ]
            occasion = f"{self.id}:{told[0].id}" if told else ""
        if told:
            yield _proposal(view, person, told, occasion, today)


def _proposal(view: View, person: PersonView, told: Sequence[Entry], occasion: str, today: date) -> Proposal:
    say, newest = tongue(view.policy), told[-1]
    shown = told[: -_SHOWN - 1 : -1]
    lines = [line for post in shown for line in _lines(view, post)]
    more = len(told) - len(shown)
    if more:
        lines.append(say.plural("And one more.", "And {n} more.", more))
    published = _day(view, newest.at)
    first = max(today, published)
    return Proposal(
        person=person.id,
        reason=Post.id,
        occasion=occasion,
        first=first,
        last=max(published + FRESH, today + LEAST),
        best=first,
        priority=_PRIORITY,
        title=say("Answer {name}: {what}", name=person.name, what=wording.plain(newest.title, LONGEST_HEADLINE)),
        context=tuple(lines),
    )


def _lines(view: View, post: Entry) -> tuple[str, ...]:
    say = tongue(view.policy)
    origin = origin_of(say, post, _day(view, post.at))
    return with_link(say("Published: {what} ({origin}).", what=wording.plain(post.title), origin=origin), post)


def _told(view: View, posts: Sequence[Entry], ask: FollowUp) -> Sequence[Entry]:
    """The posts that an entry tells of, from the first, which is its occasion, to the newest that it shows. When they came does
    not say: they may have joined an entry that is much older."""
    part = next(because for because in ask.because if because.reason == Post.id)
    first = next((n for n, post in enumerate(posts) if part.occasion == f"{Post.id}:{post.id}"), 0)
    newest = max((n for n, post in enumerate(posts) if _lines(view, post)[0] in part.context), default=-1)
    return posts[first : newest + 1]


def _is_after(post: Entry, at: datetime | None) -> bool:
    return at is None or post.at > at


def _day(view: View, at: datetime) -> date:
    return at.astimezone(view.policy.zone).date()


def _asked(follow_up: FollowUp) -> str:
    """The occasion of this reason that a follow-up serves, if it does."""
    return next((b.occasion for b in follow_up.because if b.reason == Post.id), "")
