"""The rows of the calendar truth table: when is a calendar entry a touch? One place for their names.

Every row is tested twice and published once:

* over log and projection, in ``tests/projections/test_calendar_truth.py``: tests are called ``test_<row>`` or
  ``test_<row>__<clause>``;
* end to end on real servers, in ``tests/system/test_calendar_truth.py``: scenarios are called ``<row>`` or ``<row>__<clause>``;
* in the table of ``docs/what-counts.md``, which ``python -m tests.docs.regenerate`` writes.

``tests/docs/test_what_counts.py`` fails for a row that lacks one of them, and for a test that belongs to no row.
"""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """``name`` as in the tests, the ``case`` and its ``result`` as the user reads them."""

    name: str
    case: str
    result: str


ROWS: tuple[Row, ...] = (
    # held and to come
    Row("took_place", "A meeting of two that took place", "a full touch"),
    Row("to_come", "A meeting next week", "planned; counts once it has ended, and until then nobody in it is proposed"),
    # who was there
    Row("declined_by_me", "I declined, or I am not attending any more", "no touch"),
    Row("declined_by_another", "Another attendee declined", "no touch for that person; the others count"),
    Row("never_answered", "Somebody never answered an invitation", "no touch for that person if it was a large one"),
    Row("organiser", "The organiser, also if not listed among the attendees", "takes part"),
    Row("optional", "Somebody whose presence was optional", "counts half"),
    Row("rooms_and_lists", "Rooms, equipment and mailing lists", "are nobody"),
    Row("own_addresses", "My own addresses and aliases", "are never a person"),
    Row(
        "somebody_else",
        "An address that several people share",
        "a touch with the one whom the invitation names, or with nobody",
    ),
    Row("size", "A meeting of n people", "each touch weighs 1/(n-1)"),
    Row("too_large", "A meeting of more than 20 people", "no touch"),
    # moved, cancelled, deleted
    Row("moved", "Moved after auld had read it, before or after its date", "counts at the new time only"),
    Row("cancelled", "Cancelled, by status or by a cancelling message", "no touch"),
    Row("deleted_before", "Deleted before its start", "no touch"),
    Row("deleted_after", "Deleted after it took place", "stays a touch"),
    Row("deleted_unseen", "Last seen before its end, and gone at the next look", "no touch"),
    # series
    Row("series", "A series", "every date that took place, each by itself"),
    Row("series_exceptions", "Dates taken out of a series, or cancelled", "no touch"),
    Row("series_moved", "A date of a series that was moved", "counts where it was moved to"),
    Row("series_endless", "A series without an end", "is spread out up to a horizon only"),
    Row("series_dense", "A stand-up every week", "each time weighs less, down to a quarter"),
    # not every entry is a meeting
    Row("whole_days", "An all-day entry, or one over several days, with attendees", "no touch by itself"),
    Row("calendars_of_days", "Birthday calendars, holidays, subscribed sports", "no touch"),
    Row("written_by_auld", "An entry that auld wrote", "is no meeting, unless the user makes one of it"),
    Row("ticked_off", "A follow-up that was ticked off", "a touch of the kind follow-up"),
    Row("title_names", "No attendees, but the title names one person unambiguously", "a touch"),
    Row("title_ambiguous", "The title may mean several people", "no touch, but a question to you"),
    # one meeting, several copies
    Row("two_calendars", "The same meeting in two calendars or accounts", "one touch"),
    Row("organisers_copy", "The organiser's copy of it, under another UID", "one touch"),
    Row("new_uid", "A feed that gives the same meeting a new UID", "one touch"),
    # odd objects
    Row("uid_twice", "One UID in use for two meetings", "both count"),
    Row("override_alone", "One date of somebody else's series, without the series", "counts"),
    Row("no_start", "An entry without a start", "cannot be read; auld says so, and reads the others"),
    Row("unusable_zone", "A time zone that nobody knows", "is read as well as can be"),
    Row("windows_zone", "Windows' names of time zones", "are understood"),
    # what day it was
    Row("daylight_saving", "Around the change of the clocks", "counts on the local day, at the local time"),
    Row("floating", "A time without a zone", "is a time in your zone"),
    Row("travelling", "A meeting in another zone, or your zone changes", "the day is the one that it was where you live"),
)

NAMES: frozenset[str] = frozenset(row.name for row in ROWS)


def row_of(test: str) -> str:
    """The row that a test or a scenario belongs to, by its name; "" if it is none's."""
    name = test.removeprefix("test_").partition("__")[0]
    return name if name in NAMES else ""
