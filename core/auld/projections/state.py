"""The state: a pure fold of the log, made of parts that each look at their own types of event.

A fold reads neither clock nor configuration; the same prefix of the log gives the same state, to the byte (guarantee G8).
Handlers only store what an event says. All that takes thought is derived when it is asked for (:mod:`auld.projections.index`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from auld.events import TYPES, Event
from auld.policy import Policy
from auld.projections import acts, captures, follow_ups, mentions, people, touches
from auld.projections.entries import FollowUpsState
from auld.projections.index import Index

CODE = "23"
"""Raised by hand whenever a handler or a part changes, so that no snapshot outlives the code that made it."""


class PolicyState(msgspec.Struct):
    """The policy in force."""

    current: Policy = Policy()


def _policy_set(state: PolicyState, event: Event) -> None:
    state.current = event.data


class Parts(msgspec.Struct):
    """All that is stored of a state. ``position`` is that of the last event applied, 0 before the first."""

    policy: PolicyState
    people: people.PeopleState
    touches: touches.TouchesState
    mentions: mentions.MentionsState
    follow_ups: FollowUpsState
    acts: acts.ActsState
    captures: captures.CapturesState
    position: int = 0


Handler = Callable[[Any, Event], None]
_HANDLERS: dict[str, Any] = {
    "policy": {"policy.set": _policy_set},
    "people": people.HANDLERS,
    "touches": touches.HANDLERS,
    "mentions": mentions.HANDLERS,
    "follow_ups": follow_ups.HANDLERS,
    "acts": acts.HANDLERS,
    "captures": captures.HANDLERS,
}
_ROUTES: dict[str, tuple[tuple[str, Handler], ...]] = {
    name: tuple((part, handlers[name]) for part, handlers in _HANDLERS.items() if name in handlers) for name in TYPES
}

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Parts)


class State:
    """Live state. ``people``, ``touches``, ``mentions``, ``follow_ups``, ``acts``, ``captures`` are its parts, plain data."""

    def __init__(self, parts: Parts | None = None) -> None:
        if parts is None:
            parts = Parts(
                PolicyState(),
                people.PeopleState(),
                touches.TouchesState(),
                mentions.MentionsState(),
                FollowUpsState(),
                acts.ActsState(),
                captures.CapturesState(),
            )
        self._parts = parts
        self.people = parts.people
        self.touches = parts.touches
        self.mentions = parts.mentions
        self.follow_ups = parts.follow_ups
        self.acts = parts.acts
        self.captures = parts.captures
        self._routes = {
            name: tuple((handler, getattr(parts, part)) for part, handler in routes) for name, routes in _ROUTES.items()
        }
        self._index: Index | None = None

    @property
    def policy(self) -> Policy:
        return self._parts.policy.current

    @property
    def position(self) -> int:
        """The log position up to which events have been applied."""
        return self._parts.position

    def apply(self, event: Event) -> None:
        """Take one event in. Positions must come in order; one that was applied already is passed over."""
        self.apply_all((event,))

    def apply_all(self, events: Iterable[Event]) -> None:
        """Take events in, in order of their positions."""
        parts, routes, position = self._parts, self._routes, self._parts.position
        try:
            for event in events:
                at = event.position
                if at <= position:
                    continue
                kind = event.type
                for handler, part in routes.get(kind, ()):
                    handler(part, event)
                position = at
                if self._index is not None:
                    if kind in ("policy.set", "act.undone"):  # rare, and whatever was derived may be otherwise
                        self._index = None
                    else:
                        self._index.mark(event)
        finally:
            parts.position = position

    def index(self) -> Index:
        """The derived indexes, up to date with everything applied."""
        if self._index is None:
            self._index = Index(self)
        self._index.refresh()
        return self._index

    def dump(self) -> bytes:
        """The stored parts, MessagePack; :meth:`load` gives an equal state back. Indexes are left out."""
        return _encoder.encode(self._parts)

    @classmethod
    def load(cls, data: bytes) -> State:
        """Raises msgspec.DecodeError or ValidationError for anything that :meth:`dump` of this version did not write."""
        return cls(_decoder.decode(data))

    def digest(self) -> str:
        """Equal exactly for equal states."""
        return hashlib.sha256(self.dump()).hexdigest()
