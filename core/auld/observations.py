"""What a source says about one external item: frozen records with a JSON form that is kept for ever.

They are :mod:`msgspec` structs: immutable, cheap to decode (performance goal P2), and their field names *are* the JSON
keys in the log. A field may be added with a default; renaming or removing one needs a new version of the event type
and a lifter (:mod:`auld.events`).

Times are kept as the source wrote them, because a rule ("every Monday at ten in Lisbon") is lost once it is turned
into UTC: a *local* ISO text (``2026-03-02`` for a whole day, ``2026-03-02T10:00:00`` otherwise) beside a *zone*, which is
``UTC``, an IANA name, a fixed offset such as ``+02:00``, or empty for floating time (RFC 5545 section 3.3.5).
"""

from __future__ import annotations

import msgspec


class Record(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Base of all records: frozen, compact JSON (what equals its default is left out).

    They hold each other but never themselves, so the cycle collector need not look at them: a long log would keep it busy."""


class PartialDate(Record, frozen=True):
    """A date of which the year may be unknown (RFC 6350 section 4.3.1 ``--MM-DD``, Apple's year 1604)."""

    month: int
    day: int
    year: int | None = None


class LabelledDate(Record, frozen=True):
    """A date with the label that the user gave it, as written (``First met``) or by its standard name (``Anniversary``).

    A source that itself knows a date to be the first day in a job (the start of one of Google's ``organizations``) labels it
    ``work``; it gives those jobs only that have not ended. Of labels in other words, reasons tell which are days of work."""

    date: PartialDate
    label: str = ""


class Labelled(Record, frozen=True):
    """An e-mail address, phone number or URL with its type (``work``, ``home``, ``cell`` …), lower case, or empty."""

    value: str
    label: str = ""


class Address(Record, frozen=True):
    """A postal address, as far as auld needs it: to know the city (RFC 6350 section 6.3.1)."""

    city: str = ""
    region: str = ""
    country: str = ""
    label: str = ""


class Contact(Record, frozen=True, tag_field="kind_of", tag="contact"):
    """One card of an address book (RFC 6350). A group card has ``kind == "group"`` and ``members``.

    ``kind`` is individual, group, org or location (RFC 6350 section 6.1.4; Apple's ``X-ADDRESSBOOKSERVER-KIND`` alike).
    ``members`` are the UIDs (without ``urn:uuid:``) or ``mailto:`` addresses of a group's members. ``formerly`` are the refs
    under which the source had the card before (Google's ``previousResourceNames``): it is the same human's.
    """

    name: str
    uid: str = ""
    kind: str = "individual"
    given: str = ""
    family: str = ""
    additional: str = ""
    prefix: str = ""
    suffix: str = ""
    nicknames: tuple[str, ...] = ()
    emails: tuple[Labelled, ...] = ()
    phones: tuple[Labelled, ...] = ()
    organisation: str = ""
    units: tuple[str, ...] = ()
    title: str = ""
    role: str = ""
    categories: tuple[str, ...] = ()
    birthday: PartialDate | None = None
    dates: tuple[LabelledDate, ...] = ()
    addresses: tuple[Address, ...] = ()
    urls: tuple[Labelled, ...] = ()
    interests: tuple[str, ...] = ()
    expertise: tuple[str, ...] = ()
    note: str = ""
    members: tuple[str, ...] = ()
    formerly: tuple[str, ...] = ()


class Attendee(Record, frozen=True):
    """Somebody invited (RFC 5545 section 3.8.4.1), values in lower case.

    ``role``: chair, req-participant, opt-participant, non-participant. ``status`` (PARTSTAT): needs-action, accepted,
    declined, tentative, delegated. ``kind`` (CUTYPE): individual, group, resource, room, unknown.
    ``email`` is the address without ``mailto:``, lower case; empty if the entry had none.
    """

    email: str
    name: str = ""
    role: str = "req-participant"
    status: str = "needs-action"
    kind: str = "individual"


class Happening(Record, frozen=True):
    """One VEVENT: the master of a series, a single event, or one moved or changed instance.

    ``end`` is exclusive and of the same kind (whole day or time) as ``start``; a source fills it in from DURATION, or by
    RFC 5545 section 3.6.1 where neither is given. ``status``: confirmed, tentative, cancelled.
    """

    start: str
    end: str
    zone: str = ""
    end_zone: str = ""
    title: str = ""
    status: str = "confirmed"
    organizer: Attendee | None = None
    attendees: tuple[Attendee, ...] = ()
    location: str = ""
    url: str = ""
    description: str = ""
    transparent: bool = False

    @property
    def all_day(self) -> bool:
        return len(self.start) == 10


class Override(Record, frozen=True):
    """A changed instance of a series: RECURRENCE-ID in local time of ``zone``, and what stands there instead."""

    recurrence_id: str
    happening: Happening
    zone: str = ""
    this_and_future: bool = False


class Meeting(Record, frozen=True, tag_field="kind_of", tag="meeting"):
    """One calendar object: a single event, or a series with its rule and its changed instances (RFC 4791 section 4.1).

    ``main`` is None where only instances are there (one was invited to a single date of somebody's series).
    ``rules`` are RRULE values as written; ``extra`` and ``except_`` are RDATE and EXDATE in local time of ``main.zone``.
    ``except_rules`` are EXRULE values (RFC 2445), dates that do not take place. ``mark`` is the follow-up key that auld itself
    wrote into the object, if it did. ``problems`` say in words what of the object could not be read; the rest of it holds.
    ``snoozed`` is until when an alarm of it was put off: an ISO time in UTC.
    """

    uid: str
    main: Happening | None = None
    rules: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    except_: tuple[str, ...] = ()
    overrides: tuple[Override, ...] = ()
    method: str = ""
    mark: str = ""
    except_rules: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    snoozed: str = ""


class Task(Record, frozen=True, tag_field="kind_of", tag="task"):
    """One VTODO. ``status``: needs-action, in-process, completed, cancelled. ``completed`` is an ISO time in UTC,
    and so is ``snoozed``: until when an alarm of it was put off."""

    uid: str
    title: str = ""
    description: str = ""
    start: str = ""
    due: str = ""
    zone: str = ""
    status: str = "needs-action"
    completed: str = ""
    percent: int = 0
    recurring: bool = False
    mark: str = ""
    snoozed: str = ""


class Mention(Record, frozen=True, tag_field="kind_of", tag="mention"):
    """One entry of a news feed. ``published`` is an ISO time in UTC; ``dated`` is False where the feed gave no usable date.

    ``link`` is unwrapped (no ``google.com/url``) and canonical; ``person`` is the name that the feed was set up for, ``by``
    that of who writes it, where the user says so; ``site`` the canonical address of what it is the feed of, empty if unknown.
    """

    title: str
    link: str = ""
    summary: str = ""
    published: str = ""
    dated: bool = True
    source: str = ""
    feed: str = ""
    person: str = ""
    by: str = ""
    site: str = ""


Observation = Contact | Meeting | Task | Mention

KIND: dict[type[Record], str] = {Contact: "contact", Meeting: "meeting", Task: "task", Mention: "mention"}
