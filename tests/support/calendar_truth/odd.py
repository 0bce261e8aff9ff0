"""Stories of objects as some programs write them, and of what day it was."""

from __future__ import annotations

from support.calendar_truth.story import ME, Story, calendar, event, invited, organiser, stamp, story

BEFORE = "02-24 10:00"
LISBON = "Europe/Lisbon"


@story
def uid_twice__in_one_object(s: Story) -> None:
    """Two versions of one meeting in one object: the newer one counts."""
    ana = s.somebody()
    people = [organiser(ME), invited(ME), ana.invited()]
    old, new = event(s.uid(), BEFORE, people, "SEQUENCE:1"), event(s.uid(), "02-25 10:00", people, "SEQUENCE:2")
    s.put(1, calendar(new, old), where="loose")
    s.always(ana, "02-25 10:00")


@story
def uid_twice__in_two_objects(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(BEFORE, ana), where="loose")
    s.put(1, s.meeting("02-25 10:00", ana), file="2", where="loose")
    s.always(ana, BEFORE, "02-25 10:00")


@story
def override_alone(s: Story) -> None:
    ana = s.somebody()
    people = [organiser(ana.email), ana.invited(), invited(ME)]
    s.put(1, calendar(event(s.uid(), BEFORE, people, f"RECURRENCE-ID{stamp('02-23 10:00')}")))
    s.always(ana, BEFORE)


@story
def no_start(s: Story) -> None:
    ana = s.somebody()
    people = [organiser(ME), invited(ME), ana.invited()]
    body = event(s.uid(), BEFORE, people, length="").replace(f"DTSTART{stamp(BEFORE)}\r\n", "")
    s.put(1, calendar(body), where="loose")
    s.put(1, s.meeting(BEFORE, ana, uid="2"), file="2", where="loose")
    s.always(ana, BEFORE)
    s.check(lambda server: [ref.rpartition("/")[2] for ref in server.unreadable] == [f"{s.name}-1.ics"])


@story
def unusable_zone(s: Story) -> None:
    """Read as the user's own time."""
    ana = s.somebody()
    people = [organiser(ME), invited(ME), ana.invited()]
    s.put(1, calendar(event(s.uid(), BEFORE, people, zone='"Customized Time Zone 1"')))
    s.always(ana, BEFORE)


@story
def windows_zone(s: Story) -> None:
    """In winter, an hour ahead of Lisbon."""
    ana = s.somebody()
    people = [organiser(ME), invited(ME), ana.invited()]
    s.put(1, calendar(event(s.uid(), BEFORE, people, zone="W. Europe Standard Time")))
    s.always(ana, "02-24 09:00")


@story
def daylight_saving(s: Story) -> None:
    """The clocks go forward on the 29th of March; the series stays at nine."""
    ana = s.somebody()
    people = [organiser(ME), invited(ME), ana.invited()]
    s.put(1, calendar(event(s.uid(), "03-24 09:00", people, "RRULE:FREQ=WEEKLY;COUNT=2", zone=LISBON)))
    s.then(3, ana, planned=["03-24 09:00", "03-31 09:00"])
    s.then(4, ana, "03-24 09:00", ("03-31 09:00", 0.8))


@story
def daylight_saving__just_before_midnight(s: Story) -> None:
    """23:30 in UTC is the next day in Lisbon, once it is summer."""
    ana = s.somebody()
    s.put(1, s.meeting("03-26 23:30", ana))
    s.put(1, s.meeting("03-30 23:30", ana, uid="2"), file="2")
    s.then(4, ana, "03-26 23:30", "03-31 00:30")


@story
def floating(s: Story) -> None:
    ana = s.somebody()
    people = [organiser(ME), invited(ME), ana.invited()]
    s.put(1, calendar(event(s.uid(), "03-30 23:30", people, zone="", length="PT20M")))
    s.then(3, ana, planned=["03-30 23:30"])
    s.then(4, ana, "03-30 23:30")


@story
def travelling__a_meeting_abroad(s: Story) -> None:
    """At eight in Tokyo it is the evening before at home."""
    ana = s.somebody()
    people = [organiser(ME), invited(ME), ana.invited()]
    s.put(1, calendar(event(s.uid(), "02-25 08:00", people, zone="Asia/Tokyo")))
    s.always(ana, "02-24 23:00")


@story
def travelling__the_user_moves(s: Story) -> None:
    """The same moment, on the clock of the place where one lives now."""
    ana = s.somebody()
    s.put(1, s.meeting("02-25 02:00", ana))
    s.always(ana, "02-25 02:00")
    s.then(5, ana, "02-24 21:00")


@story
def uid_twice__none_at_all(s: Story) -> None:
    """Without any UID, two objects are two meetings."""
    ana = s.somebody()
    people = [organiser(ME), invited(ME), ana.invited()]
    s.put(1, calendar(event("", BEFORE, people)), file="1", where="loose")
    s.put(1, calendar(event("", "02-25 10:00", people)), file="2", where="loose")
    s.always(ana, BEFORE, "02-25 10:00")


@story
def daylight_saving__the_hour_that_comes_twice(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting("2025-10-26 00:30", ana))
    s.put(1, s.meeting("2025-10-26 01:30", ana, uid="2"), file="2")
    s.always(ana, "2025-10-26 01:30", "2025-10-26 01:30")


@story
def daylight_saving__the_hour_that_is_skipped(s: Story) -> None:
    ana = s.somebody()
    people = [organiser(ME), invited(ME), ana.invited()]
    s.put(1, calendar(event(s.uid(), "03-29 01:30", people, zone=LISBON)))
    s.then(4, ana, "03-29 02:30")


@story
def unusable_zone__with_a_definition(s: Story) -> None:
    """The name says nothing, but what comes with it does: two hours ahead of UTC."""
    ana = s.somebody()
    people = [organiser(ME), invited(ME), ana.invited()]
    rules = ("DTSTART:16010101T000000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0200")
    zone = ("BEGIN:VTIMEZONE", "TZID:Customized Time Zone 2", "BEGIN:STANDARD", *rules, "END:STANDARD", "END:VTIMEZONE", "")
    body = event(s.uid(), BEFORE, people, zone='"Customized Time Zone 2"')
    s.put(1, calendar("\r\n".join(zone), body))
    s.always(ana, "02-24 08:00")
