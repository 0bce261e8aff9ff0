"""Stories of what was moved, cancelled or deleted between two looks."""

from __future__ import annotations

from support.calendar_truth.story import Story, story

FIRST_WEEK, NEXT_WEEK, AWAY, LATER = "03-04 10:00", "03-11 10:00", "03-17 15:00", "03-30 15:00"
"""Between cycles 1 and 2; soon after 2; while the machine was off, before 3; between 3 and 4 (in summer time)."""
IN_SUMMER = "03-30 16:00"
TUESDAYS = ("03-10 10:00", "03-17 10:00", "03-24 10:00", "03-31 11:00", "04-07 11:00", "04-14 11:00", "04-21 11:00")


@story
def moved__before_its_date(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(NEXT_WEEK, ana))
    s.then(1, ana, planned=[NEXT_WEEK])
    s.put(2, s.meeting(AWAY, ana))
    s.then(2, ana, planned=[AWAY])
    s.always(ana, AWAY, since=3)
    s.why(ana)


@story
def moved__after_its_date(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(FIRST_WEEK, ana))
    s.then(2, ana, FIRST_WEEK)
    s.put(3, s.meeting(AWAY, ana))
    s.always(ana, AWAY, since=3)


@story
def moved__from_the_past_to_the_future(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(FIRST_WEEK, ana))
    s.then(2, ana, FIRST_WEEK)
    s.put(3, s.meeting(LATER, ana))
    s.then(3, ana, planned=[IN_SUMMER])
    s.then(4, ana, IN_SUMMER)


@story
def moved__and_moved_back(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(NEXT_WEEK, ana))
    s.put(2, s.meeting(LATER, ana))
    s.then(2, ana, planned=[IN_SUMMER])
    s.put(3, s.meeting(NEXT_WEEK, ana))
    s.always(ana, NEXT_WEEK, since=3)


@story
def cancelled__by_status(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(NEXT_WEEK, ana))
    s.then(1, ana, planned=[NEXT_WEEK])
    s.put(2, s.meeting(NEXT_WEEK, ana, lines=["STATUS:CANCELLED"]))
    s.always(ana, since=2)
    s.why(ana, "cancelled")


@story
def cancelled__entered_afterwards(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(FIRST_WEEK, ana))
    s.then(2, ana, FIRST_WEEK)
    s.put(3, s.meeting(FIRST_WEEK, ana, lines=["STATUS:CANCELLED"]))
    s.always(ana, since=3)


@story
def cancelled__and_on_again(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(NEXT_WEEK, ana, lines=["STATUS:CANCELLED"]))
    s.then(1, ana)
    s.put(2, s.meeting(NEXT_WEEK, ana, lines=["STATUS:TENTATIVE"]))
    s.then(2, ana, planned=[NEXT_WEEK])
    s.always(ana, NEXT_WEEK, since=3)


@story
def cancelled__by_method(s: Story) -> None:
    """Some servers store the message by which a meeting was called off."""
    ana = s.somebody()
    s.put(1, s.meeting(NEXT_WEEK, ana))
    s.put(2, s.meeting(NEXT_WEEK, ana, method="CANCEL"))
    s.always(ana, since=2)
    s.why(ana, "cancelled")


@story
def deleted_before(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(NEXT_WEEK, ana))
    s.then(1, ana, planned=[NEXT_WEEK])
    s.delete(2)
    s.always(ana, since=2)
    s.why(ana, "deleted_before")


@story
def deleted_after(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(FIRST_WEEK, ana))
    s.then(2, ana, FIRST_WEEK)
    s.delete(3)
    s.always(ana, FIRST_WEEK, since=2)
    s.why(ana)


@story
def deleted_after__of_a_series(s: Story) -> None:
    """The dates up to the last look took place; what would have come after it did not."""
    ana = s.somebody()
    s.put(1, s.meeting("03-03 10:00", ana, lines=["RRULE:FREQ=WEEKLY;COUNT=8"]))
    s.delete(3)
    s.then(2, ana, "03-03 10:00", planned=TUESDAYS)
    s.always(ana, "03-03 10:00", since=3)


@story
def deleted_unseen__at_the_next_look(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(FIRST_WEEK, ana))
    s.then(1, ana, planned=[FIRST_WEEK])
    s.delete(2)
    s.always(ana, since=2)


@story
def deleted_unseen__while_auld_was_away(s: Story) -> None:
    """Nobody can tell whether it was called off or tidied away."""
    ana = s.somebody()
    s.put(1, s.meeting(AWAY, ana))
    s.then(2, ana, planned=[AWAY])
    s.delete(3)
    s.always(ana, since=3)
    s.why(ana, "deleted_before")


@story
def deleted_unseen__last_seen_in_progress(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting("03-09 07:30", ana))
    s.then(2, ana, planned=["03-09 07:30"])
    s.delete(3)
    s.always(ana, since=3)


@story
def deleted_unseen__and_restored(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(AWAY, ana))
    s.delete(3)
    s.then(3, ana)
    s.put(4, s.meeting(AWAY, ana))
    s.then(4, ana, AWAY)


@story
def moved__under_another_name(s: Story) -> None:
    """Some programs delete the object and store it anew, with the same UID, under another name."""
    ana = s.somebody()
    s.put(1, s.meeting(FIRST_WEEK, ana))
    s.then(2, ana, FIRST_WEEK)
    s.delete(3)
    s.put(3, s.meeting(AWAY, ana), file="2")
    s.always(ana, AWAY, since=3)


@story
def cancelled__so_that_one_is_asked_again(s: Story) -> None:
    ana = s.somebody(category="friends")
    s.put(1, s.meeting("01-05 10:00", ana))
    s.put(1, s.meeting(NEXT_WEEK, ana, uid="2"), file="2")
    s.put(2, s.meeting(NEXT_WEEK, ana, uid="2", lines=["STATUS:CANCELLED"]), file="2")
    s.then(1, ana, "01-05 10:00", planned=[NEXT_WEEK])
    s.always(ana, "01-05 10:00", since=2)
    s.check(lambda server: server.follow_ups(1, ana) == [] and server.follow_ups(2, ana) == ["cadence"])


@story
def deleted_after__and_the_interval_counts_from_it(s: Story) -> None:
    ana = s.somebody(category="friends")
    s.put(1, s.meeting(FIRST_WEEK, ana))
    s.delete(3)
    s.always(ana, FIRST_WEEK, since=2)
    s.check(lambda server: server.shown[3, ana.email]["follow_ups"][0]["day"] >= "2026-04-01")  # four weeks after it


@story
def deleted_before__from_a_feed(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(NEXT_WEEK, ana), where="feed")
    s.then(1, ana, planned=[NEXT_WEEK])
    s.delete(2, where="feed")
    s.always(ana, since=2)


@story
def moved__in_a_feed(s: Story) -> None:
    ana = s.somebody()
    s.put(1, s.meeting(FIRST_WEEK, ana), where="feed")
    s.then(2, ana, FIRST_WEEK)
    s.put(3, s.meeting(AWAY, ana), where="feed")
    s.always(ana, AWAY, since=3)


@story
def cancelled__by_the_title(s: Story) -> None:
    """As Exchange leaves it standing."""
    ana = s.somebody()
    s.put(1, s.meeting(NEXT_WEEK, ana))
    s.put(2, s.meeting(NEXT_WEEK, ana, lines=["SUMMARY:Canceled: Talk"]))
    s.then(1, ana, planned=[NEXT_WEEK])
    s.always(ana, since=2)
    s.why(ana, "cancelled")
