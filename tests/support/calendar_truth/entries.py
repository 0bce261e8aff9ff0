"""Stories of entries that are no meetings, or do not look like one."""

from __future__ import annotations

from support.calendar_truth.story import CYCLES, ME, Story, calendar, event, invited, organiser, stamp, story

BEFORE = "02-24 10:00"


@story
def whole_days__one(s: Story) -> None:
    ana = s.somebody()
    people = [organiser(ME), invited(ME), ana.invited()]
    s.put(1, calendar(event(s.uid(), "02-24", people, f"SUMMARY:Offsite with {ana.name}", length="P1D")))
    s.always(ana)
    s.why(ana, "whole_days")


@story
def whole_days__several(s: Story) -> None:
    ana = s.somebody()
    people = [organiser(ME), invited(ME), ana.invited()]
    s.put(1, calendar(event(s.uid(), "02-24", people, "SUMMARY:Fair", length="P4D")))
    s.always(ana)


@story
def whole_days__from_a_time_to_a_time(s: Story) -> None:
    ana = s.somebody()
    people = [organiser(ME), invited(ME), ana.invited()]
    s.put(1, calendar(event(s.uid(), "02-24 09:00", people, "SUMMARY:Trip", length="P2DT8H")))
    s.always(ana)
    s.why(ana, "whole_days")


@story
def calendars_of_days__birthdays(s: Story) -> None:
    """As Google and Apple make them."""
    ana, rui = s.somebody(), s.somebody()
    google = event(
        s.uid(), "02-24", [], f"SUMMARY:{ana.name}'s birthday", "TRANSP:TRANSPARENT", "RRULE:FREQ=YEARLY", length="P1D"
    )
    apple = ("DTSTART;VALUE=DATE:19700225", f"SUMMARY:🎂 {rui.name}", "RRULE:FREQ=YEARLY")
    s.put(1, calendar(google), where="days")
    body = "\r\n".join(("BEGIN:VEVENT", f"UID:{s.uid('2')}", "DTSTAMP:20260101T000000Z", *apple, "END:VEVENT", ""))
    s.put(1, calendar(body), file="2", where="days")
    s.always(ana)
    s.always(rui)


@story
def calendars_of_days__holidays(s: Story) -> None:
    """A saint has the name of somebody whom one knows."""
    ana = s.somebody()
    s.put(1, calendar(event(s.uid(), "02-24", [], f"SUMMARY:{ana.name}", "CLASS:PUBLIC", length="")), where="days")
    s.always(ana)


@story
def written_by_auld(s: Story) -> None:
    """Its title names a person; the user even gives it an hour."""
    ana = s.somebody(category="friends")
    s.put(1, s.meeting("01-05 10:00", ana))
    s.do(2, lambda server: server.give_an_hour(1, ana, "03-11 10:00"))
    s.always(ana, "01-05 10:00")
    s.check(lambda server: server.follow_ups(1, ana) == ["cadence"])
    s.check(lambda server: server.shown[2, ana.email]["follow_ups"][0]["day"] == "2026-03-11")
    s.why(ana, "written_by_auld")


@story
def ticked_off(s: Story) -> None:
    """A touch on the day on which that was seen."""
    ana = s.somebody(category="friends")
    s.put(1, s.meeting("01-05 10:00", ana))
    s.then(1, ana, "01-05 10:00")
    s.do(2, lambda server: server.tick(1, ana))
    s.always(ana, "01-05 10:00", "03-09 08:00", since=2)
    s.check(lambda server: [touch["kind"] for touch in server.shown[2, ana.email]["touches"]] == ["meeting", "follow-up"])


@story
def title_names(s: Story) -> None:
    marisa = s.somebody("Marisa Tavares")
    s.put(1, calendar(event(s.uid(), BEFORE, [], "SUMMARY:Lunch with Marisa Tavares")))
    s.always(marisa, BEFORE)


@story
def title_names__two_people(s: Story) -> None:
    tomas, vera = s.somebody("Tomás Quintela"), s.somebody("Vera Salgado")
    s.put(1, calendar(event(s.uid(), BEFORE, [], "SUMMARY:TOMAS QUINTELA / Vera Salgado")))
    s.always(tomas, (BEFORE, 0.5))
    s.always(vera, (BEFORE, 0.5))


@story
def title_names__part_of_a_longer_name(s: Story) -> None:
    xana, other = s.somebody("Xana Robalo"), s.somebody("Xana Robalo Teles")
    s.put(1, calendar(event(s.uid(), BEFORE, [], "SUMMARY:Coffee with Xana Robalo Teles")))
    s.always(xana)
    s.always(other, BEFORE)


@story
def title_ambiguous(s: Story) -> None:
    one, other = s.somebody("Olga Prates"), s.somebody("Olga Prates")
    s.put(1, calendar(event(s.uid(), BEFORE, [], "SUMMARY:Lunch with Olga Prates")))
    s.always(one)
    s.always(other)
    s.why(one, "title_ambiguous")
    s.why(other, "title_ambiguous")
    s.check(lambda server: server.asked("Lunch with Olga Prates") == list(CYCLES))


@story
def written_by_auld__copied_elsewhere(s: Story) -> None:
    """The user copies the entry into another calendar, at an hour."""
    ana = s.somebody(category="friends")
    s.put(1, s.meeting("01-05 10:00", ana))
    s.do(2, lambda server: server.copy_entry(1, ana, "home", f"{s.uid('copy')}", "03-05 10:00"))
    s.always(ana, "01-05 10:00")


@story
def title_names__only_the_user_is_invited(s: Story) -> None:
    """And a room."""
    jorge = s.somebody("Jorge Valadares")
    room = invited("room-7@work.example", "ACCEPTED", "CUTYPE=ROOM")
    s.put(1, s.meeting(BEFORE, room, lines=["SUMMARY:1:1 Jorge Valadares"]))
    s.always(jorge, BEFORE)


@story
def title_names__somebody_who_was_not_invited(s: Story) -> None:
    """Where others take part, a name in the title is what it is about."""
    lia, rui = s.somebody("Lia Zagalo"), s.somebody()
    s.put(1, s.meeting(BEFORE, rui, lines=["SUMMARY:What about Lia Zagalo?"]))
    s.always(lia)
    s.always(rui, BEFORE)


@story
def title_names__moved_and_deleted_like_any_other(s: Story) -> None:
    nuno = s.somebody("Nuno Wandschneider")
    title = "SUMMARY:Dinner with Nuno Wandschneider"
    s.put(1, calendar(event(s.uid(), "03-11 20:00", [], title)))
    s.then(1, nuno, planned=["03-11 20:00"])
    s.put(2, calendar(event(s.uid(), "03-12 20:00", [], title)))
    s.then(2, nuno, planned=["03-12 20:00"])
    s.delete(3)
    s.always(nuno, since=3)


@story
def calendars_of_days__sports(s: Story) -> None:
    """Two namesakes of the user's friends play tennis, in a calendar that Google offers."""
    ana, rui = s.somebody(), s.somebody()
    s.put(1, calendar(event(s.uid(), BEFORE, [], f"SUMMARY:{ana.name} - {rui.name}")), where="sports")
    s.always(ana)
    s.always(rui)
    s.why(ana, "calendars_of_days")


@story
def title_names__by_the_first_name(s: Story) -> None:
    """There is only one of that name."""
    zulmira = s.somebody("Zulmira Noronha")
    s.put(1, calendar(event(s.uid(), BEFORE, [], "SUMMARY:Lunch with Zulmira")))
    s.always(zulmira, BEFORE)


@story
def title_ambiguous__by_the_first_name(s: Story) -> None:
    one, other = s.somebody("Quitéria Osório"), s.somebody("Quitéria Xavier")
    s.put(1, calendar(event(s.uid(), BEFORE, [], "SUMMARY:Lunch with Quitéria")))
    s.always(one)
    s.always(other)


@story
def title_ambiguous__answered(s: Story) -> None:
    """With ``auld link``; the answer holds when the entry is moved."""
    one, other = s.somebody("Palmira Lobo"), s.somebody("Palmira Lobo")
    title = "Lunch with Palmira Lobo"
    s.put(1, calendar(event(s.uid(), BEFORE, [], f"SUMMARY:{title}")))
    s.do(3, lambda server: server.link(2, title, other))
    s.put(4, calendar(event(s.uid(), "02-26 10:00", [], f"SUMMARY:{title}")))
    s.always(one)
    s.then(2, other)
    s.then(3, other, BEFORE)
    s.then(4, other, "02-26 10:00")
    s.check(lambda server: server.asked(title) == [1, 2])


@story
def title_names__two_first_names(s: Story) -> None:
    """Each is borne by one person only."""
    dulce, ze = s.somebody("Dulce Xisto"), s.somebody("Zeferino Ulrich")
    s.put(1, calendar(event(s.uid(), BEFORE, [], "SUMMARY:Dulce / Zeferino 1:1")))
    s.always(dulce, (BEFORE, 0.5))
    s.always(ze, (BEFORE, 0.5))


@story
def title_names__but_not_to_meet_them(s: Story) -> None:
    """An errand and something of theirs, which are in question, and a birthday, which is not even that."""
    iria = s.somebody("Iria Wenceslau")
    titles = ("Book flights for Iria Wenceslau", "Iria Wenceslau's birthday", "Iria Wenceslau's talk")
    for file, title in enumerate(titles):
        s.put(1, calendar(event(s.uid(f"{file}"), BEFORE, [], f"SUMMARY:{title}")), file=f"{file}")
    s.always(iria)
    s.check(lambda server: [bool(server.asked(title)) for title in titles] == [True, False, True])


@story
def title_ambiguous__nobody(s: Story) -> None:
    """There are two, and the user says that it is neither."""
    one, other = s.somebody("Urbano Nóvoa"), s.somebody("Urbano Zambujal")
    s.put(1, calendar(event(s.uid(), BEFORE, [], "SUMMARY:Dinner with Urbano")))
    s.do(3, lambda server: server.link(2, "Dinner with Urbano", None))
    s.always(one)
    s.always(other)
    s.check(lambda server: server.asked("Dinner with Urbano") == [1, 2])


@story
def whole_days__from_midnight_to_midnight(s: Story) -> None:
    """Two days of which programs make hours; the second has 23 of them, for the clocks go forward."""
    ana = s.somebody()
    people = [organiser(ME), invited(ME), ana.invited()]
    for file, (first, last) in enumerate((("02-24 00:00", "02-25 00:00"), ("03-29 00:00", "03-30 00:00"))):
        end = f"DTEND{stamp(last, 'Europe/Lisbon')}"
        s.put(1, calendar(event(s.uid(f"{file}"), first, people, end, zone="Europe/Lisbon", length="")), file=f"{file}")
    s.always(ana)
