"""Stories of series."""

from __future__ import annotations

from support.calendar_truth.story import ME, Somebody, Story, calendar, event, invited, organiser, stamp, story

LISBON = "Europe/Lisbon"
WEEKLY = "RRULE:FREQ=WEEKLY"
TUESDAYS = ("02-24 10:00", "03-03 10:00", "03-10 10:00", "03-17 10:00")


def falling(*times: str) -> list[tuple[str, float]]:
    """The touches of a series, each with less weight than the one before."""
    return [(time, round(1 / (1 + 0.25 * min(number, 12)), 4)) for number, time in enumerate(times)]


def _date(s: Story, start: str, ana: Somebody, *lines: str) -> str:
    """A component of the series, on a clock in Lisbon."""
    return event(s.uid(), start, [organiser(ME), invited(ME), ana.invited()], *lines, zone=LISBON)


@story
def series(s: Story) -> None:
    ana = s.somebody()
    s.put(1, calendar(_date(s, TUESDAYS[0], ana, f"{WEEKLY};COUNT=4")))
    s.then(1, ana, TUESDAYS[0], planned=TUESDAYS[1:])
    s.then(2, ana, *falling(*TUESDAYS[:2]), planned=TUESDAYS[2:])
    s.always(ana, *falling(*TUESDAYS), since=3)


@story
def series__with_dates_of_its_own(s: Story) -> None:
    ana = s.somebody()
    s.put(
        1,
        calendar(_date(s, "02-03 10:00", ana, f"RDATE{stamp('02-11 16:00', LISBON)}", f"RDATE{stamp('02-20 09:00', LISBON)}")),
    )
    s.always(ana, *falling("02-03 10:00", "02-11 16:00", "02-20 09:00"))


@story
def series__cut_short(s: Story) -> None:
    """From the second week on there is none: the rule was given an end."""
    ana = s.somebody()
    s.put(1, calendar(_date(s, TUESDAYS[0], ana, f"{WEEKLY};COUNT=4")))
    s.put(2, calendar(_date(s, TUESDAYS[0], ana, f"{WEEKLY};UNTIL=20260304T000000Z")))
    s.always(ana, *falling(*TUESDAYS[:2]), since=2)


@story
def series_exceptions__exdate(s: Story) -> None:
    ana = s.somebody()
    s.put(1, calendar(_date(s, TUESDAYS[0], ana, f"{WEEKLY};COUNT=4")))
    s.put(2, calendar(_date(s, TUESDAYS[0], ana, f"{WEEKLY};COUNT=4", f"EXDATE{stamp(TUESDAYS[1], LISBON)}")))
    s.then(2, ana, TUESDAYS[0], planned=TUESDAYS[2:])
    s.always(ana, *falling(TUESDAYS[0], *TUESDAYS[2:]), since=3)
    s.why(ana)


@story
def series_exceptions__cancelled_instance(s: Story) -> None:
    ana = s.somebody()
    off = _date(s, TUESDAYS[1], ana, f"RECURRENCE-ID{stamp(TUESDAYS[1], LISBON)}", "STATUS:CANCELLED")
    s.put(1, calendar(_date(s, TUESDAYS[0], ana, f"{WEEKLY};COUNT=4"), off))
    s.always(ana, *falling(TUESDAYS[0], *TUESDAYS[2:]), since=3)
    s.why(ana, "cancelled")


@story
def series_exceptions__declined_for_one_date(s: Story) -> None:
    ana = s.somebody()
    lines = [organiser(ana.email), ana.invited(), invited(ME, "DECLINED")]
    away = event(s.uid(), TUESDAYS[2], lines, f"RECURRENCE-ID{stamp(TUESDAYS[2], LISBON)}", zone=LISBON)
    s.put(1, calendar(_date(s, TUESDAYS[0], ana, f"{WEEKLY};COUNT=4"), away))
    s.always(ana, *falling(TUESDAYS[0], TUESDAYS[1], TUESDAYS[3]), since=3)


@story
def series_moved(s: Story) -> None:
    """The changed date stands before the series, as Google sends it."""
    ana = s.somebody()
    master = _date(s, TUESDAYS[0], ana, f"{WEEKLY};COUNT=3")
    s.put(1, calendar(master))
    s.put(2, calendar(_date(s, "03-12 16:00", ana, f"RECURRENCE-ID{stamp(TUESDAYS[2], LISBON)}"), master))
    s.then(2, ana, *falling(*TUESDAYS[:2]), planned=["03-12 16:00"])
    s.always(ana, *falling(*TUESDAYS[:2], "03-12 16:00"), since=3)


@story
def series_moved__this_and_all_after_it(s: Story) -> None:
    ana = s.somebody()
    moved = _date(s, "03-11 14:00", ana, f"RECURRENCE-ID;RANGE=THISANDFUTURE{stamp(TUESDAYS[2], LISBON)}")
    s.put(1, calendar(_date(s, TUESDAYS[0], ana, f"{WEEKLY};COUNT=4"), moved))
    s.always(ana, *falling(*TUESDAYS[:2], "03-11 14:00", "03-18 14:00"), since=3)


@story
def series_moved__to_a_whole_day(s: Story) -> None:
    """A workshop instead of the usual hour: no touch by itself."""
    ana = s.somebody()
    people = [organiser(ME), invited(ME), ana.invited()]
    day = event(s.uid(), "03-10", people, f"RECURRENCE-ID{stamp(TUESDAYS[2], LISBON)}", length="P1D")
    s.put(1, calendar(_date(s, TUESDAYS[0], ana, f"{WEEKLY};COUNT=4"), day))
    s.always(ana, *falling(*TUESDAYS[:2], TUESDAYS[3]), since=3)


@story
def series_endless(s: Story) -> None:
    """Monthly: planned are the next thirteen weeks."""
    ana = s.somebody()
    s.put(1, calendar(_date(s, "02-05 10:00", ana, "RRULE:FREQ=MONTHLY")))
    s.then(1, ana, "02-05 10:00", planned=["03-05 10:00", "04-05 10:00", "05-05 10:00"])
    s.then(2, ana, *falling("02-05 10:00", "03-05 10:00"), planned=["04-05 10:00", "05-05 10:00", "06-05 10:00"])
    s.why(ana, "to_come", "to_come", "to_come")


@story
def series_dense(s: Story) -> None:
    """Four months of Mondays; on the last ones it counts a quarter."""
    ana = s.somebody()
    s.put(1, calendar(_date(s, "2025-11-03 09:00", ana, f"{WEEKLY};COUNT=16")))
    mondays = [f"2025-{day} 09:00" for day in ("11-03", "11-10", "11-17", "11-24", "12-01", "12-08", "12-15", "12-22", "12-29")]
    mondays += [f"{day} 09:00" for day in ("01-05", "01-12", "01-19", "01-26", "02-02", "02-09", "02-16")]
    s.always(ana, *falling(*mondays))
    assert falling(*mondays)[-1][1] == 0.25


@story
def series_exceptions__exdate_in_utc(s: Story) -> None:
    """In Tokyo, nine hours ahead."""
    ana = s.somebody()
    people = [organiser(ME), invited(ME), ana.invited()]
    rule = (f"{WEEKLY};COUNT=3", f"EXDATE{stamp('02-17 01:00')}")
    s.put(1, calendar(event(s.uid(), "02-10 10:00", people, *rule, zone="Asia/Tokyo")))
    s.always(ana, *falling("02-10 01:00", "02-24 01:00"))


@story
def series_exceptions__exdate_as_a_day(s: Story) -> None:
    ana = s.somebody()
    s.put(1, calendar(_date(s, "02-10 10:00", ana, f"{WEEKLY};COUNT=3", "EXDATE;VALUE=DATE:20260217")))
    s.always(ana, *falling("02-10 10:00", "02-24 10:00"))


@story
def series_moved__named_in_utc(s: Story) -> None:
    ana = s.somebody()
    people = [organiser(ME), invited(ME), ana.invited()]
    master = event(s.uid(), "02-10 10:00", people, f"{WEEKLY};COUNT=2", zone="Asia/Tokyo")
    s.put(1, calendar(master, event(s.uid(), "02-18 10:00", people, f"RECURRENCE-ID{stamp('02-17 01:00')}")))
    s.always(ana, *falling("02-10 01:00", "02-18 10:00"))


@story
def series_moved__to_another_time_again(s: Story) -> None:
    """Only where it was moved to last."""
    ana = s.somebody()
    master, name = _date(s, TUESDAYS[0], ana, f"{WEEKLY};COUNT=2"), f"RECURRENCE-ID{stamp(TUESDAYS[1], LISBON)}"
    s.put(1, calendar(master, _date(s, "03-05 10:00", ana, name)))
    s.put(2, calendar(master, _date(s, "03-06 10:00", ana, name)))
    s.put(3, calendar(master, _date(s, "03-04 11:00", ana, name)))
    s.then(2, ana, *falling(TUESDAYS[0], "03-06 10:00"))
    s.always(ana, *falling(TUESDAYS[0], "03-04 11:00"), since=3)


@story
def series__split_by_google(s: Story) -> None:
    """ "This and all following" were changed: the rest of the series has a UID of its own, and is still the same series."""
    ana = s.somebody()
    people = [organiser(ME), invited(ME), ana.invited()]
    first = event("split@google.com", TUESDAYS[0], people, f"{WEEKLY};UNTIL=20260304T000000Z", zone=LISBON)
    rest = event("split_R20260310T100000@google.com", "03-10 11:00", people, f"{WEEKLY};COUNT=2", zone=LISBON)
    s.put(1, calendar(first))
    s.put(1, calendar(rest), file="2")
    s.always(ana, *falling(*TUESDAYS[:2], "03-10 11:00", "03-17 11:00"), since=3)


@story
def series_exceptions__called_off_as_a_whole(s: Story) -> None:
    ana = s.somebody()
    s.put(1, calendar(_date(s, "03-10 10:00", ana, f"{WEEKLY};COUNT=3")))
    s.put(2, calendar(_date(s, "03-10 10:00", ana, f"{WEEKLY};COUNT=3", "STATUS:CANCELLED")))
    s.always(ana, since=2)


@story
def series__a_guest_on_one_date(s: Story) -> None:
    """Rui joins once; on that date there are three."""
    ana, rui = s.somebody(), s.somebody()
    people = [organiser(ME), invited(ME), ana.invited(), rui.invited()]
    joined = event(s.uid(), TUESDAYS[1], people, f"RECURRENCE-ID{stamp(TUESDAYS[1], LISBON)}", zone=LISBON)
    s.put(1, calendar(_date(s, TUESDAYS[0], ana, f"{WEEKLY};COUNT=3"), joined))
    s.always(rui, (TUESDAYS[1], 0.4), since=2)  # half, and the second of a series
    s.always(ana, TUESDAYS[0], (TUESDAYS[1], 0.4), (TUESDAYS[2], 2 / 3), since=3)


@story
def series_exceptions__declined_but_for_one_date(s: Story) -> None:
    ana = s.somebody()
    people = [organiser(ana.email), ana.invited()]
    master = event(s.uid(), TUESDAYS[0], [*people, invited(ME, "DECLINED")], f"{WEEKLY};COUNT=4", zone=LISBON)
    name = f"RECURRENCE-ID{stamp(TUESDAYS[2], LISBON)}"
    s.put(1, calendar(master, event(s.uid(), TUESDAYS[2], [*people, invited(ME)], name, zone=LISBON)))
    s.always(ana, TUESDAYS[2], since=3)
