"""What auld makes of the entries, against what they say: after it has quietly caught up, state and calendar tell one story."""

from __future__ import annotations

from auld.projections.views import FollowUp
from soak.acts import Words
from soak.daemon import Daemon
from soak.icalendar_text import Part, entry_of, text_of
from soak.model import STATES, Claims, Model, Said, said, tokens_without_tick
from soak.server import Server


def check(daemon: Daemon, model: Model, home: Server, other: Server) -> None:
    """Compare every follow-up with its entry, wherever that is."""
    query = daemon.query()
    for follow_up in query.follow_ups():
        name = f"{follow_up.uid}.ics"
        claims, body = model.of(name), home.objects.get(name) or other.objects.get(name)
        if body is None:
            _check_absent(follow_up, claims)
            continue
        entry = entry_of(body)
        says = said(entry)
        assert follow_up.state in STATES[says], f"the entry says {says or 'nothing'}, understood as {follow_up.state}"
        if says == "never":
            person = query.person(follow_up.person)
            assert person is not None and person.let_go, "never was not understood"
        if not claims.old:  # a plain line above auld's cannot be told from what an older log wrote there itself
            _check_text(daemon, follow_up, claims, entry, shortened=home.manners.rewrites == "titles")
        if follow_up.open and not follow_up.user_owned and not claims.moved:
            _check_shown(follow_up, claims, entry, shortened=home.manners.rewrites == "titles")


def _check_absent(follow_up: FollowUp, claims: Claims) -> None:
    if follow_up.user_owned:
        return  # it was copied, and the copy counts
    if claims.deleted:
        assert not follow_up.open, "no note was taken of a deletion"
    else:
        assert not follow_up.open, "an open follow-up does not stand in the calendar"


def _check_shown(follow_up: FollowUp, claims: Claims, entry: Part, *, shortened: bool) -> None:
    if not claims.touched and not shortened and not claims.old:
        assert text_of(entry.value("SUMMARY")) == follow_up.title, "not the title that was decided on"
        words = text_of(entry.value("DESCRIPTION")).split()
        assert claims.wrote or words == follow_up.description.split(), "not the description that was decided on"
    shown = entry.value("DTSTART")[:8]
    assert claims.snoozed or shown == f"{follow_up.day:%Y%m%d}", "not the day that was decided on"


def _check_text(daemon: Daemon, follow_up: FollowUp, claims: Claims, entry: Part, *, shortened: bool) -> None:
    """Every line that was typed in was understood once, and says so; none that was taken out again lives on."""
    captured = daemon.captured(follow_up.key)
    for token, kind in claims.typed.items():
        found = [as_what for as_what, line in captured if token in line.replace(",", " ").split()]
        assert found == [kind], f"a line that was typed in was understood as {found}, not as a {kind}"
    gone = [line for _, line in captured if not any(token in line.replace(",", " ").split() for token in claims.typed)]
    assert not [
        line for line in gone if "w" in line and any(word[:1] == "w" and word[1:].isdigit() for word in line.split())
    ], f"what was taken out of an entry lives on: {gone}"
    answered = follow_up.base is not None and not follow_up.user_owned and (follow_up.open or follow_up.state == "done")
    if answered and not claims.moved:
        assert not (tokens_without_tick(entry) & set(claims.typed)), "a line that was taken in has no tick"


def meant(act: str, before: FollowUp, entry: Part, words: Words) -> tuple[frozenset[str], object]:
    """The states that the gesture leads to, with the day if it is the person's now."""
    says: Said = said(entry)
    if says:
        return STATES[says] - {"withdrawn"}, None
    dragged = act in ("drag", "drag_to_time", "make_meeting")
    if dragged or (act == "snooze_away" and entry.line("X-MOZ-SNOOZE-TIME")):
        return frozenset({"moved"}), words.day
    return frozenset({before.state, "moved"} if act in ("snooze", "repeat") else {before.state}), None
