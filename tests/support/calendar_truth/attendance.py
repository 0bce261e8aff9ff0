"""Stories of who was there."""

from __future__ import annotations

from support.calendar_truth.story import ALIAS, ME, Story, calendar, crowd, event, invited, organiser, story

BEFORE, SOON = "02-24 10:00", "03-11 10:00"


@story
def took_place(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(BEFORE, ana))
    s.always(ana, BEFORE)
    s.why(ana)


@story
def took_place__long_ago(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting("2009-05-04 10:00", ana))
    s.always(ana, "2009-05-04 11:00")  # the clock in Lisbon was an hour ahead of UTC


@story
def to_come(s: Story) -> None:
    """Both are long due; nobody is asked to get in touch with one who will be met anyway."""
    ana, rui = s.somebody(category="friends"), s.somebody(category="friends")
    s.put(1, s.meeting("01-05 10:00", ana, rui))
    s.put(1, s.meeting(SOON, ana, uid="2"), file="2")
    for cycle in (1, 2):
        s.then(cycle, ana, ("01-05 10:00", 0.5), planned=[SOON])
    for cycle in (3, 4):
        s.then(cycle, ana, ("01-05 10:00", 0.5), SOON)
    s.always(rui, ("01-05 10:00", 0.5))
    s.check(lambda server: server.follow_ups(1, ana) == [] and server.follow_ups(1, rui) == ["cadence"])


@story
def to_come__in_progress(s: Story) -> None:
    """It begins before the second cycle and ends after it."""
    ana = s.somebody()
    s.put(1, s.meeting("03-09 07:30", ana))
    for cycle in (1, 2):
        s.then(cycle, ana, planned=["03-09 07:30"])
    s.then(3, ana, "03-09 07:30")


@story
def declined_by_me(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(BEFORE, ana, me="DECLINED"))
    s.put(1, s.meeting(SOON, ana, uid="2", me="DECLINED"), file="2")
    s.always(ana)
    s.why(ana, "declined_by_me", "declined_by_me")


@story
def declined_by_me__not_attending_any_more(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(SOON, ana))
    s.then(1, ana, planned=[SOON])
    s.put(2, s.meeting(SOON, ana, me="DECLINED"))
    s.always(ana, since=2)
    s.why(ana, "declined_by_me")


@story
def declined_by_me__entered_afterwards(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting("03-04 10:00", ana))
    s.then(2, ana, "03-04 10:00")
    s.put(3, s.meeting("03-04 10:00", ana, me="DECLINED"))
    s.always(ana, since=3)


@story
def declined_by_me__somebody_else_was_sent(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(BEFORE, ana, invited("deputy@example.org"), me="DELEGATED"))
    s.always(ana)


@story
def declined_by_another(s: Story) -> None:
    ana, rui = s.somebody(), s.somebody()
    s.put(1, s.meeting(BEFORE, ana.invited("DECLINED"), rui))
    s.always(ana)
    s.always(rui, BEFORE)
    s.why(ana, "declined_by_another")
    s.why(rui)


@story
def declined_by_another__named_in_the_title(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(BEFORE, ana.invited("DECLINED"), lines=[f"SUMMARY:Lunch with {ana.name}"]))
    s.always(ana)


@story
def declined_by_another__changed_their_mind(s: Story) -> None:
    ana, rui = s.somebody(), s.somebody()
    s.put(1, s.meeting("03-04 10:00", ana, rui))
    s.then(2, ana, ("03-04 10:00", 0.5))
    s.put(3, s.meeting("03-04 10:00", ana.invited("DECLINED"), rui))
    s.always(ana, since=3)
    s.always(rui, "03-04 10:00", since=3)


@story
def never_answered__a_large_invitation(s: Story) -> None:
    ana, rui = s.somebody(), s.somebody()
    s.put(1, s.meeting(BEFORE, ana.invited("NEEDS-ACTION"), rui, *crowd(10)))
    s.always(ana)
    s.always(rui, (BEFORE, 1 / 12))
    s.why(ana, "never_answered")


@story
def never_answered__a_small_one(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(BEFORE, ana.invited("NEEDS-ACTION")))
    s.always(ana, BEFORE)


@story
def organiser__not_among_the_attendees(s: Story) -> None:
    ana = s.somebody()
    s.put(1, calendar(event(s.uid(), BEFORE, [organiser(ana.email), invited(ME)])))
    s.always(ana, BEFORE)


@story
def organiser__of_a_large_meeting(s: Story) -> None:
    """Who calls it need not answer."""
    ana = s.somebody()
    people = [organiser(ana.email), ana.invited("NEEDS-ACTION"), invited(ME), *crowd(10)]
    s.put(1, calendar(event(s.uid(), BEFORE, people)))
    s.always(ana, (BEFORE, 1 / 11))


@story
def organiser__of_a_published_entry(s: Story) -> None:
    """Nobody was invited: an announcement."""
    ana = s.somebody()
    s.put(1, calendar(event(s.uid(), BEFORE, [organiser(ana.email)], "SUMMARY:Street market")))
    s.always(ana)


@story
def optional(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(BEFORE, ana.invited("ACCEPTED", "ROLE=OPT-PARTICIPANT")))
    s.always(ana, (BEFORE, 0.5))


@story
def optional__merely_informed(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(BEFORE, ana.invited("ACCEPTED", "ROLE=NON-PARTICIPANT")))
    s.always(ana)


@story
def rooms_and_lists(s: Story) -> None:
    """Each of them has a card, too."""
    ana, *others = (s.somebody() for _ in range(4))
    kinds = zip(others, ("ROOM", "RESOURCE", "GROUP"), strict=True)
    s.put(1, s.meeting(BEFORE, ana, *(each.invited("ACCEPTED", f"CUTYPE={kind}") for each, kind in kinds)))
    s.always(ana, BEFORE)
    for each in others:
        s.always(each)


@story
def own_addresses(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(BEFORE, ana, invited(ME.upper()), invited(ALIAS)))
    s.always(ana, BEFORE)


@story
def own_addresses__one_of_two_declined(s: Story) -> None:
    """One was invited under both addresses, and answered from one."""
    ana = s.somebody()
    s.put(1, s.meeting(BEFORE, ana, invited(ALIAS, "DECLINED")))
    s.always(ana, BEFORE)


@story
def size(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(BEFORE, ana, *crowd(2)))
    s.always(ana, (BEFORE, 1 / 3))


@story
def size__without_those_who_declined(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(BEFORE, ana, *crowd(5, "DECLINED")))
    s.always(ana, BEFORE)


@story
def too_large(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(BEFORE, ana, *crowd(19)))
    s.always(ana)
    s.why(ana, "too_large")


@story
def too_large__not_quite(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(BEFORE, ana, *crowd(18)))
    s.always(ana, (BEFORE, 1 / 19))


@story
def to_come__but_not_with_the_two_of_us(s: Story) -> None:
    """What would be no touch holds nothing back: a crowd, a day out, an invitation that was declined."""
    ana, rui, eva = (s.somebody(category="friends") for _ in range(3))
    s.put(1, s.meeting("01-05 10:00", ana, rui, eva))
    s.put(1, s.meeting(SOON, ana, *crowd(30), uid="2"), file="2")
    people = [organiser(ME), invited(ME), rui.invited()]
    s.put(1, calendar(event(s.uid("3"), "03-11", people, length="P1D")), file="3")
    s.put(1, s.meeting(SOON, eva, uid="4", me="DECLINED"), file="4")
    for each in (ana, rui, eva):
        s.then(1, each, ("01-05 10:00", 1 / 3))
    s.check(lambda server: all(server.follow_ups(1, each) == ["cadence"] for each in (ana, rui, eva)))


@story
def took_place__perhaps(s: Story) -> None:
    """Who said "perhaps" and did not take it back was there."""
    ana = s.somebody()
    s.put(1, s.meeting(BEFORE, ana.invited("TENTATIVE"), me="TENTATIVE"))
    s.always(ana, BEFORE)


@story
def declined_by_another__sent_somebody_else(s: Story) -> None:
    ana, rui = s.somebody(), s.somebody()
    deputy = rui.invited("ACCEPTED", f'DELEGATED-FROM="mailto:{ana.email}"')
    s.put(1, s.meeting(BEFORE, ana.invited("DELEGATED", f'DELEGATED-TO="mailto:{rui.email}"'), deputy))
    s.always(ana)
    s.always(rui, BEFORE)


@story
def declined_by_another__taken_off_the_list(s: Story) -> None:
    ana, rui = s.somebody(), s.somebody()
    s.put(1, s.meeting("03-04 10:00", ana, rui))
    s.put(3, s.meeting("03-04 10:00", rui))
    s.then(2, ana, ("03-04 10:00", 0.5))
    s.always(ana, since=3)
    s.always(rui, "03-04 10:00", since=3)


@story
def own_addresses__an_assistant_writes(s: Story) -> None:
    """Who sends the invitation for the user is not there."""
    ana, assistant = s.somebody(), s.somebody()
    people = [f'ORGANIZER;SENT-BY="mailto:{assistant.email}":mailto:{ME}', invited(ME), ana.invited()]
    s.put(1, calendar(event(s.uid(), BEFORE, people)))
    s.always(ana, BEFORE)
    s.always(assistant)


@story
def own_addresses__alone(s: Story) -> None:
    """A note to oneself that names nobody."""
    ana = s.somebody()
    s.put(1, s.meeting(BEFORE, lines=[f"SUMMARY:Write to {ana.name.split()[0]} one of these days"]))
    s.always(ana)


@story
def took_place__written_in_capitals(s: Story) -> None:
    ana = s.somebody()
    people = [f"ORGANIZER:MAILTO:{ME.upper()}", f"ATTENDEE;partstat=accepted:MAILTO:{ana.email.upper()}"]
    s.put(1, calendar(event(s.uid(), BEFORE, people)))
    s.always(ana, BEFORE)


@story
def declined_by_me__taken_off_the_list(s: Story) -> None:
    """The organiser does without the user, and the copy still stands there."""
    ana, rui = s.somebody(), s.somebody()
    people = [organiser(ana.email), ana.invited(), rui.invited()]
    s.put(1, calendar(event(s.uid(), SOON, [*people, invited(ME)])))
    s.then(1, ana, planned=[SOON])
    s.put(2, calendar(event(s.uid(), SOON, people)))
    s.always(ana, since=2)
    s.why(ana, "declined_by_me")


@story
def size__one_person_with_two_addresses(s: Story) -> None:
    """Invited under both, and still the other of two."""
    ana = s.somebody(also=("ana.at.home@people.example",))
    s.put(1, s.meeting(BEFORE, ana, invited("ana.at.home@people.example", "NEEDS-ACTION")))
    s.always(ana, BEFORE)


@story
def took_place__without_an_end(s: Story) -> None:
    """Neither end nor duration is written: it is over as soon as it begins."""
    ana = s.somebody()
    s.put(1, calendar(event(s.uid(), "03-04 10:00", [organiser(ME), invited(ME), ana.invited()], length="")))
    s.then(1, ana, planned=["03-04 10:00"])
    s.always(ana, "03-04 10:00", since=2)


@story
def somebody_else__shares_the_address(s: Story) -> None:
    """A mailbox at the desk: the name on the invitation tells who was there, or nothing does."""
    desk = "front.desk@people.example"
    ana, rui = s.somebody(also=(desk,)), s.somebody(also=(desk,))
    s.put(1, s.meeting(BEFORE, invited(desk, "ACCEPTED", f'CN="{ana.name}"')))
    s.put(1, s.meeting("02-25 10:00", invited(desk), uid="2"), file="2")
    s.always(ana, BEFORE)
    s.always(rui)
    s.why(ana, "somebody_else")
    s.why(rui, "somebody_else", "somebody_else")
