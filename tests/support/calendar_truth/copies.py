"""Stories of one meeting that stands in several places, or under several UIDs."""

from __future__ import annotations

from support.calendar_truth.story import ME, Story, calendar, event, invited, organiser, stamp, story

BEFORE, FIRST_WEEK, NEXT_WEEK = "02-24 10:00", "03-04 10:00", "03-11 10:00"


@story
def two_calendars(s: Story) -> None:
    ana = s.somebody()
    for where in ("work", "home"):
        s.put(1, s.meeting(BEFORE, ana), where=where)
    s.always(ana, BEFORE)
    s.why(ana, "two_calendars")


@story
def two_calendars__moved_in_one(s: Story) -> None:
    """The copy that was seen last decides."""
    ana = s.somebody()
    for where in ("work", "home"):
        s.put(1, s.meeting(NEXT_WEEK, ana), where=where)
    s.put(2, s.meeting("03-12 15:00", ana), where="work")
    s.then(1, ana, planned=[NEXT_WEEK])
    s.then(2, ana, planned=["03-12 15:00"])
    s.always(ana, "03-12 15:00", since=3)


@story
def two_calendars__cancelled_in_one(s: Story) -> None:
    ana = s.somebody()
    for where in ("work", "home"):
        s.put(1, s.meeting(NEXT_WEEK, ana), where=where)
    s.put(2, s.meeting(NEXT_WEEK, ana, lines=["STATUS:CANCELLED"]), where="home")
    s.always(ana, since=2)


@story
def two_calendars__deleted_from_one(s: Story) -> None:
    ana = s.somebody()
    for where in ("work", "home"):
        s.put(1, s.meeting(NEXT_WEEK, ana), where=where)
    s.delete(2, where="home")
    s.then(2, ana, planned=[NEXT_WEEK])
    s.always(ana, NEXT_WEEK, since=3)


@story
def two_calendars__a_series(s: Story) -> None:
    ana = s.somebody()
    for where in ("work", "home"):
        s.put(1, s.meeting("02-10 10:00", ana, lines=["RRULE:FREQ=WEEKLY;COUNT=2"]), where=where)
    s.always(ana, "02-10 10:00", ("02-17 10:00", 0.8))


@story
def organisers_copy(s: Story) -> None:
    """Ana called the meeting; her server gave the user's copy a UID of its own."""
    ana = s.somebody()
    people = [organiser(ana.email), ana.invited(), invited(ME)]
    s.put(1, calendar(event(s.uid(), BEFORE, people)), where="work")
    s.put(1, calendar(event("040000008200E00074C5B7101A82E008", BEFORE, people, zone="Europe/Lisbon")), file="2", where="home")
    s.always(ana, BEFORE)
    s.why(ana, "organisers_copy")


@story
def new_uid(s: Story) -> None:
    """What was there under one UID is there under another at the next look, in the same calendar."""
    ana = s.somebody()
    s.put(1, s.meeting(FIRST_WEEK, ana))
    s.delete(3)
    s.put(3, s.meeting(FIRST_WEEK, ana, uid="2"), file="2")
    s.always(ana, FIRST_WEEK, since=2)


@story
def new_uid__before_its_date(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(NEXT_WEEK, ana))
    s.delete(2)
    s.put(2, s.meeting(NEXT_WEEK, ana, uid="2"), file="2")
    s.then(2, ana, planned=[NEXT_WEEK])
    s.always(ana, NEXT_WEEK, since=3)
    s.why(ana, "deleted_before")


@story
def two_calendars__one_without_attendees(s: Story) -> None:
    """A published calendar leaves out who was there; it comes in later."""
    ana = s.somebody()
    s.put(1, s.meeting(BEFORE, ana))
    s.put(2, calendar(event(s.uid(), BEFORE, [])), where="home")
    s.always(ana, BEFORE)


@story
def two_calendars__declined_in_one(s: Story) -> None:
    """The other copy does not know of the answer."""
    ana = s.somebody()
    s.put(1, s.meeting(BEFORE, ana, me="DECLINED"))
    s.put(2, s.meeting(BEFORE, ana, me="NEEDS-ACTION"), where="home")
    s.always(ana)


@story
def two_calendars__from_one_to_the_other(s: Story) -> None:
    """Tidied into another calendar after it took place; in the end the other calendar is tidied, too."""
    ana = s.somebody()
    s.put(1, s.meeting(FIRST_WEEK, ana))
    s.delete(3)
    s.put(3, s.meeting(FIRST_WEEK, ana), where="home")
    s.delete(4, where="home")
    s.always(ana, FIRST_WEEK, since=2)


@story
def organisers_copy__in_another_zone_and_with_another_title(s: Story) -> None:
    ana = s.somebody()
    people = [organiser(ana.email), ana.invited(), invited(ME)]
    s.put(1, calendar(event(s.uid(), BEFORE, people, "SUMMARY:Coffee")))
    s.put(1, calendar(event(s.uid("2"), "02-24 19:00", people, "SUMMARY:FW: Coffee", zone="Asia/Tokyo")), where="home")
    s.always(ana, BEFORE)


@story
def new_uid__of_a_series(s: Story) -> None:
    ana = s.somebody()
    rule = ["RRULE:FREQ=WEEKLY;COUNT=3"]
    s.put(1, s.meeting("03-03 10:00", ana, lines=rule))
    s.delete(3)
    s.put(3, s.meeting("03-03 10:00", ana, uid="2", lines=rule), file="2")
    s.always(ana, "03-03 10:00", ("03-10 10:00", 0.8), ("03-17 10:00", 0.6667), since=3)


@story
def two_calendars__and_a_feed(s: Story) -> None:
    ana = s.somebody()
    for where in ("work", "feed"):
        s.put(1, s.meeting(NEXT_WEEK, ana), where=where)
    s.then(1, ana, planned=[NEXT_WEEK])
    for where in ("work", "feed"):
        s.put(3, s.meeting("03-12 15:00", ana), where=where)
    s.always(ana, "03-12 15:00", since=3)


@story
def new_uid__with_every_download(s: Story) -> None:
    """A subscribed calendar; before the last look the meeting, which took place, falls out of it."""
    ana = s.somebody()
    for cycle in (1, 2, 3):
        s.put(cycle, s.meeting(NEXT_WEEK, ana, uid=f"download-{cycle}"), where="feed")
    s.delete(4, where="feed")
    for cycle in (1, 2):
        s.then(cycle, ana, planned=[NEXT_WEEK])
    s.always(ana, NEXT_WEEK, since=3)
    s.why(ana)


@story
def new_uid__with_every_download_of_a_series(s: Story) -> None:
    ana = s.somebody()
    for cycle in (1, 2, 3, 4):
        body = s.meeting("02-24 10:00", ana, uid=f"download-{cycle}", lines=["RRULE:FREQ=WEEKLY;COUNT=3"])
        s.put(cycle, body, where="feed")
    s.then(1, ana, "02-24 10:00", planned=["03-03 10:00", "03-10 10:00"])
    s.always(ana, "02-24 10:00", ("03-03 10:00", 0.8), ("03-10 10:00", 0.6667), since=3)


@story
def new_uid__in_a_feed_that_is_also_a_calendar(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(BEFORE, ana))
    for cycle in (1, 2, 3, 4):
        s.put(cycle, s.meeting(BEFORE, ana, uid=f"download-{cycle}"), where="feed")
    s.always(ana, BEFORE)


@story
def two_calendars__one_date_moved_in_one(s: Story) -> None:
    """The other calendar has not heard of it."""
    ana = s.somebody()
    rule = ["RRULE:FREQ=WEEKLY;COUNT=2"]
    people = [organiser(ME), invited(ME), ana.invited()]
    master = event(s.uid(), "03-03 10:00", people, *rule)
    for where in ("work", "home"):
        s.put(1, calendar(master), where=where)
    moved = event(s.uid(), "03-12 16:00", people, f"RECURRENCE-ID{stamp('03-10 10:00')}")
    s.put(2, calendar(master, moved), where="work")
    s.always(ana, "03-03 10:00", ("03-12 16:00", 0.8), since=3)


@story
def organisers_copy__of_a_series(s: Story) -> None:
    ana = s.somebody()
    people = [organiser(ana.email), ana.invited(), invited(ME)]
    for where, uid in (("work", "1"), ("home", "2")):
        s.put(1, calendar(event(s.uid(uid), "02-10 10:00", people, "RRULE:FREQ=WEEKLY;COUNT=2")), where=where)
    s.always(ana, "02-10 10:00", ("02-17 10:00", 0.8))
