"""One story of the truth table: somebody, some calendar objects that change from cycle to cycle, and what is to be seen of it.

All stories are played together, in one world and through the same cycles (:data:`CYCLES`), so they must not share people.
Times are written ``03-04 10:00``: in 2026, on a clock in Lisbon, which shows UTC until the 29th of March.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.calendar_truth.world import Server

CYCLES: dict[int, datetime] = {
    1: datetime(2026, 3, 2, 8, tzinfo=UTC),
    2: datetime(2026, 3, 9, 8, tzinfo=UTC),
    3: datetime(2026, 3, 23, 8, tzinfo=UTC),  # the machine was off for two weeks
    4: datetime(2026, 4, 2, 8, tzinfo=UTC),
    5: datetime(2026, 4, 3, 8, tzinfo=UTC),  # the user has moved to New York
}
"""When auld looks. What a story does "before cycle n" happens after the cycle before."""

ABROAD = 5
"""From this cycle on, the configuration names another time zone."""

ME = "me@example.org"
ALIAS = "m.self@work.example"
Act = Callable[["Server"], None]

_GIVEN = ("Abel", "Berta", "Celso", "Dalva", "Elvira", "Firmino", "Glória", "Horácio", "Ilda", "Jacinto", "Leonor", "Moisés")
_FAMILY = ("Abreu", "Bastos", "Cunha", "Duarte", "Esteves", "Falcão", "Godinho", "Henriques", "Infante", "Junqueira")


@dataclass(frozen=True)
class Somebody:
    """A person with a card; who has a ``category`` is followed up. ``also`` are further addresses on the card."""

    name: str
    email: str
    category: str = ""
    also: tuple[str, ...] = ()

    def invited(self, status: str = "ACCEPTED", *params: str) -> str:
        """As an attendee."""
        return invited(self.email, status, f'CN="{self.name}"', *params)


def invited(email: str, status: str = "ACCEPTED", *params: str) -> str:
    """An ATTENDEE line."""
    return ";".join(("ATTENDEE", *params, f"PARTSTAT={status}")) + f":mailto:{email}"


def organiser(email: str) -> str:
    """An ORGANIZER line."""
    return f"ORGANIZER:mailto:{email}"


def crowd(count: int, status: str = "ACCEPTED") -> list[str]:
    """So many attendees whom nobody knows."""
    return [invited(f"guest{number}@elsewhere.example", status) for number in range(count)]


def stamp(text: str, zone: str = "UTC") -> str:
    """``03-04 10:00`` or a whole day ``03-04`` as the rest of a property: parameters, colon, value."""
    at = datetime.fromisoformat(text if text.startswith("20") else f"2026-{text}")
    if len(text.rpartition("-")[2]) == 2:
        return f";VALUE=DATE:{at:%Y%m%d}"
    if zone in ("UTC", ""):
        return f":{at:%Y%m%dT%H%M%S}{'Z' if zone else ''}"
    return f";TZID={zone}:{at:%Y%m%dT%H%M%S}"


def event(uid: str, start: str, people: Iterable[str], *lines: str, zone: str = "UTC", length: str = "PT1H") -> str:
    """A VEVENT. ``zone`` "" is floating time; ``length`` "" leaves the end out."""
    duration = [f"DURATION:{length}"] if length else []
    uids = [f"UID:{uid}"] if uid else []
    body = [*uids, "DTSTAMP:20260101T000000Z", f"DTSTART{stamp(start, zone)}", *duration, *people, *lines]
    if not any(line.startswith("SUMMARY") for line in lines):
        body.append("SUMMARY:Talk")
    return "\r\n".join(("BEGIN:VEVENT", *body, "END:VEVENT", ""))


def calendar(*components: str, method: str = "") -> str:
    """A calendar object."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//tests//EN", *([f"METHOD:{method}"] if method else []), ""]
    return "\r\n".join(head) + "".join(components) + "END:VCALENDAR\r\n"


def components(body: str) -> str:
    """What a calendar object is made of."""
    return body.partition("PRODID:-//tests//EN\r\n")[2].removesuffix("END:VCALENDAR\r\n")


@dataclass(frozen=True)
class Seen:
    """What ``auld show`` says of somebody: ``touches`` as (time, weight), ``planned`` as times; in order."""

    touches: tuple[tuple[str, float], ...] = ()
    planned: tuple[str, ...] = ()


@dataclass
class Story:
    """``name`` is ``<row>`` or ``<row>__<clause>``, by :mod:`support.truth_rows`."""

    name: str
    number: int
    people: list[Somebody] = field(default_factory=list)
    acts: dict[int, list[Act]] = field(default_factory=dict)
    expected: dict[tuple[int, str], Seen] = field(default_factory=dict)
    left_out: dict[str, tuple[str, ...]] = field(default_factory=dict)
    checks: list[Callable[[Server], bool]] = field(default_factory=list)
    """What else must hold at the end."""

    # --- who ------------------------------------------------------------------------------------------------------------
    def somebody(self, name: str = "", category: str = "", also: tuple[str, ...] = ()) -> Somebody:
        """One more person of this story, with a card."""
        place = self.number * 3 + len(self.people)
        name = name or f"{_GIVEN[place % 12]} {_FAMILY[place // 12 % 10]}{'a' * (place // 120)}"
        person = Somebody(name, f"{self.name.replace('_', '-')}-{len(self.people)}@people.example", category, also)
        self.people.append(person)
        return person

    # --- what happens on the server ----------------------------------------------------------------------------------------
    def do(self, cycle: int, act: Act) -> None:
        """Something before that cycle."""
        self.acts.setdefault(cycle, []).append(act)

    def put(self, cycle: int, body: str, file: str = "1", where: str = "work") -> None:
        """Store an object before that cycle; ``where`` is work, home, days, sports, feed or loose."""
        self.do(cycle, lambda server: server.put(self._calendar(where), f"{self.name}-{file}.ics", body))

    def delete(self, cycle: int, file: str = "1", where: str = "work") -> None:
        """Delete it before that cycle."""
        self.do(cycle, lambda server: server.delete(self._calendar(where), f"{self.name}-{file}.ics"))

    def _calendar(self, where: str) -> str:
        """There are four for work: of one alone, too much would go at once to be believed at the first look."""
        return f"work{self.number % 4}" if where == "work" else where

    def meeting(
        self,
        start: str,
        *people: Somebody | str,
        uid: str = "1",
        lines: Sequence[str] = (),
        me: str = "ACCEPTED",
        method: str = "",
    ) -> str:
        """An object with one hour that the user has called, in UTC; ``people`` beside the user."""
        attendees = [each if isinstance(each, str) else each.invited() for each in people]
        return calendar(event(self.uid(uid), start, [organiser(ME), invited(ME, me), *attendees], *lines), method=method)

    def uid(self, uid: str = "1") -> str:
        return f"{self.name}-{uid}"

    # --- what is to be seen of it -------------------------------------------------------------------------------------------
    def then(self, cycle: int, who: Somebody, *touches: str | tuple[str, float], planned: Iterable[str] = ()) -> None:
        """What ``auld show`` says of somebody after that cycle. A touch without a weight is a full one."""
        pairs = tuple((touch, 1.0) if isinstance(touch, str) else (touch[0], round(touch[1], 4)) for touch in touches)
        self.expected[cycle, who.email] = Seen(pairs, tuple(planned))

    def always(self, who: Somebody, *touches: str | tuple[str, float], since: int = 1) -> None:
        """The same after every cycle, with nothing planned."""
        for cycle in CYCLES:
            if since <= cycle < ABROAD:
                self.then(cycle, who, *touches)

    def why(self, who: Somebody, *rules: str) -> None:
        """By which rules ``auld show --why`` leaves entries out after the fourth cycle, by their times."""
        self.left_out[who.email] = rules

    def check(self, holds: Callable[[Server], bool]) -> None:
        """Something else that must hold at the end."""
        self.checks.append(holds)


_NUMBERS = count()


def story(tell: Callable[[Story], None]) -> Story:
    """Tell a story under the name of the function."""
    told = Story(tell.__name__, next(_NUMBERS))
    tell(told)
    assert told.expected, f"{told.name} expects nothing"
    return told
