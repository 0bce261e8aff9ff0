"""A small log in memory: says events to a state, in the words of the tests."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from auld.events import NAME_OF, Because, Dismissed, Event, Gone, Payload, Proposed, Removed, Withdrawn, Written
from auld.observations import Attendee, Contact, Happening, Labelled, Meeting, Task
from auld.policy import Category, Policy
from auld.projections.query import Query
from auld.projections.state import State
from auld.projections.views import FollowUp, PersonView, Touch

ME = "me@example.org"
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
POLICY = Policy(
    timezone="Europe/Lisbon",
    me=(ME, "+351 912 000 000"),
    region="PT",
    categories=(Category("Inner", 28, 42, rank=0), Category("clients", 56, 84, rank=1)),
)


class World:
    """``say`` appends and applies; ``ask`` queries. ``now`` is when things are recorded and the default ``as_of``."""

    def __init__(self, policy: Policy | None = POLICY) -> None:
        self.state = State()
        self.events: list[Event] = []
        self.now = NOW
        if policy is not None:
            self.say(policy)

    def say(self, data: Payload, account: str = "", ref: str = "", at: datetime | None = None) -> None:
        event = Event(len(self.events) + 1, NAME_OF[type(data)], account, ref, at or self.now, None, data)
        self.events.append(event)
        self.state.apply(event)

    def ask(self, as_of: datetime | None = None) -> Query:
        return Query(self.state, as_of or self.now)

    # --- address books
    def card(self, name: str, email: str = "", phone: str = "", *, ref: str = "", account: str = "book", **more: Any) -> None:
        contact = Contact(
            name=name,
            emails=(Labelled(email),) if email else (),
            phones=(Labelled(phone),) if phone else (),
            **more,
        )
        self.say(contact, account, ref or f"/book/{len(self.events)}.vcf")

    def gone(self, account: str, ref: str, last_seen: str = "2026-03-10T12:00:00+00:00") -> None:
        self.say(Gone(last_seen), account, ref)

    def ref_of(self, name: str) -> str:
        """Where the card of that name stands."""
        return next(event.ref for event in self.events if isinstance(event.data, Contact) and event.data.name == name)

    def person(self, name: str) -> PersonView:
        (found,) = self.ask().find(name)
        return found

    def names(self) -> list[str]:
        return [person.name for person in self.ask().people()]

    # --- calendars
    def meeting(
        self,
        start: str,
        end: str,
        *people: str | Attendee,
        uid: str = "",
        ref: str = "",
        account: str = "cal",
        zone: str = "Europe/Lisbon",
        series: dict[str, Any] | None = None,
        **more: Any,
    ) -> str:
        """Says a meeting of me with these; returns its ref."""
        uid = uid or f"m{len(self.events)}"
        ref = ref or f"/cal/{uid}.ics"
        attendees = tuple(who if isinstance(who, Attendee) else Attendee(who, status="accepted") for who in people)
        mine = () if any(who.email == ME for who in attendees) else (Attendee(ME, status="accepted"),)
        main = Happening(start, end, zone, attendees=(*mine, *attendees) if attendees else (), **more)
        self.say(Meeting(uid, main, **(series or {})), account, ref)
        return ref

    def touches(self, name: str, as_of: datetime | None = None) -> list[Touch]:
        return list(self.ask(as_of).touches(self.person(name).id))

    # --- follow-ups
    def propose(self, person: str, key: str = "k1", day: str = "2026-03-12") -> None:
        because = (Because("cadence", "cadence:0", ("Last met in January",)),)
        self.say(Proposed(key, f"uid-{key}", person, "Ana Lima", because, day, "Call Ana Lima", "Why now"))

    def write(self, key: str = "k1", form: str = "task", day: str = "2026-03-12") -> None:
        self.say(Written(key, "/ours/", form, day, "Call Ana Lima", "Why now"), "home", f"/ours/{key}.ics")

    def see(self, key: str = "k1", **fields: Any) -> None:
        """The entry as the calendar shows it now."""
        shown = {"title": "Call Ana Lima", "description": "Why now", "due": "2026-03-12", **fields}
        self.say(Task(f"uid-{key}", **shown), "home", f"/ours/{key}.ics")

    def see_event(self, key: str = "k1", start: str = "2026-03-12", title: str = "Call Ana Lima", **fields: Any) -> None:
        main = Happening(start, start, title=title, description="Why now", transparent=True, **fields)
        self.say(Meeting(f"uid-{key}", main, mark=key), "home", f"/ours/{key}.ics")

    def withdraw(self, key: str = "k1") -> None:
        self.say(Withdrawn(key, "met on 3 March"))

    def remove(self, key: str = "k1") -> None:
        self.say(Removed(key))

    def dismiss(self, key: str = "k1") -> None:
        self.say(Dismissed(key), "home", f"/ours/{key}.ics")

    def follow_up(self, key: str = "k1") -> FollowUp:
        return next(f for f in self.ask().follow_ups() if f.key == key)
