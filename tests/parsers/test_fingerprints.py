"""A fingerprint changes with the meaning, and with nothing that servers rewrite by themselves."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auld_connectors._ical import read_object
from auld_connectors._vcard import read_card
from parsers.golden import SAMPLES, reading_of, sample_names

READABLE = [name for name in sample_names() if reading_of(name)["observation"] is not None]


def digest(name: str, body: bytes) -> str:
    reading = read_card(body) if name.endswith(".vcf") else read_object(body)
    assert reading.problem == ""
    return reading.fingerprint


def unfolded(name: str) -> list[str] | None:
    """The lines of a sample in UTF-8; None for one that is written in another encoding or in quoted-printable."""
    body = (SAMPLES / name).read_bytes()
    if b"QUOTED-PRINTABLE" in body:
        return None
    text = body.decode("utf-8-sig").replace("\r\n", "\n")
    return text.replace("\n ", "").strip("\n").split("\n")


PLAIN = [name for name in READABLE if unfolded(name) is not None]


def shuffled(lines: list[str], random_: random.Random) -> list[str]:
    """The lines of each stretch between two frames in another order."""
    result: list[str] = []
    stretch: list[str] = []
    for line in [*lines, "END:"]:
        if line.startswith(("BEGIN:", "END:")):
            random_.shuffle(stretch)
            result += stretch
            result.append(line)
            stretch = []
        else:
            stretch.append(line)
    return result[:-1]


@pytest.mark.parametrize("name", PLAIN)
@given(seed=st.integers(), width=st.integers(8, 74), line_end=st.sampled_from(["\r\n", "\n"]))
def test_order_folding_and_line_ends_do_not_count(name: str, seed: int, width: int, line_end: str) -> None:
    lines = unfolded(name)
    assert lines is not None
    encoded = [line.encode() for line in shuffled(lines, random.Random(seed))]
    end = line_end.encode()
    refolded = end.join((end + b" ").join(line[at : at + width] for at in range(0, len(line), width)) for line in encoded)
    assert digest(name, refolded + end) == reading_of(name)["fingerprint"]


CARD = "BEGIN:VCARD\nVERSION:3.0\nUID:1\n{}\nEND:VCARD\n"
START = "DTSTART;TZID=Europe/Lisbon:20260302T100000"
EVENT = "BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:1\n" + START + "\n{}\nEND:VEVENT\nEND:VCALENDAR\n"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("TEL;TYPE=HOME,VOICE:1", "tel;type=voice;TYPE=home:1"),
        ("TEL;HOME;VOICE:1", "TEL;TYPE=VOICE,HOME:1"),
        ("item1.X-ABLabel:_$!<Work>!$_", "ITEM1.X-ABLABEL:_$!<Work>!$_"),
        ("N:Lima;Ana;;;", "N:Lima;Ana"),
        ("CATEGORIES:a,b", "CATEGORIES:b\nCATEGORIES:a"),
        ("URL:https\\://example.org", "URL:https://example.org"),
        ("URL:https\\://example.org", "URL:https\\\\://example.org"),
        ("NOTE:one\\; two\\, three", "NOTE:one; two, three"),
        ("PRODID:x\nREV:20260101T000000Z\nFN:A", "FN:A"),
        ("X-EMPTY:\nFN:A", "FN:A"),
        ("GEO:38.722300;-9.139300", "GEO:38.7223\\;-9.1393"),
        ("EMAIL;TYPE=WORK;PREF=1:a@x", "EMAIL;PREF=1;TYPE=WORK:a@x"),
    ],
)
def test_what_card_servers_rewrite_does_not_count(one: str, other: str) -> None:
    assert read_card(CARD.format(one).encode()).fingerprint == read_card(CARD.format(other).encode()).fingerprint


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("DTSTAMP:20260101T000000Z\nSEQUENCE:1\nLAST-MODIFIED:20260101T000000Z\nCREATED:20260101T000000Z", "SEQUENCE:9"),
        ("EXDATE;TZID=Europe/Lisbon:20260309T100000,20260316T100000", "EXDATE;TZID=Europe/Lisbon:20260316T100000\n"
         "EXDATE;TZID=Europe/Lisbon:20260309T100000"),
        ("ATTENDEE;CN=A;PARTSTAT=ACCEPTED;RSVP=TRUE:mailto:a@x.org", "ATTENDEE;PARTSTAT=accepted;CN=\"A\":MAILTO:A@x.org"),
        ("ATTENDEE;SCHEDULE-STATUS=2.0:mailto:a@x.org", "ATTENDEE:mailto:a@x.org"),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO", "RRULE:BYDAY=MO;FREQ=WEEKLY"),
        ("DURATION:P0DT0H30M0S", "DURATION:PT30M"),
        ("CLASS:PUBLIC\nTRANSP:OPAQUE\nPRIORITY:0", ""),
        ("DTEND;TZID=Europe/Lisbon:20260302T110000", "DTEND;TZID=/mozilla.org/20070129_1/Europe/Lisbon:20260302T110000"),
        ("CATEGORIES:a,b", "CATEGORIES:b\nCATEGORIES:a"),
        ("X-A:one\\, two", "X-A:one, two"),
        ("GEO:38.722300;-9.139300", "GEO:38.7223\\;-9.1393"),
        ("DUE;VALUE=DATE-TIME:20260302T110000Z", "DUE:20260302T110000Z"),
    ],
)  # fmt: skip
def test_what_calendar_servers_rewrite_does_not_count(one: str, other: str) -> None:
    assert read_object(EVENT.format(one).encode()).fingerprint == read_object(EVENT.format(other).encode()).fingerprint


def test_the_frame_of_a_calendar_does_not_count_but_a_cancellation_does() -> None:
    plain = EVENT.format("SUMMARY:A")
    framed = plain.replace("VERSION:2.0", "VERSION:2.0\nPRODID:x\nX-WR-CALNAME:y\nCALSCALE:GREGORIAN")
    cancelled = plain.replace("VERSION:2.0", "VERSION:2.0\nMETHOD:CANCEL")
    assert read_object(plain.encode()).fingerprint == read_object(framed.encode()).fingerprint
    assert read_object(plain.encode()).fingerprint != read_object(cancelled.encode()).fingerprint


@pytest.mark.parametrize(
    "line",
    [
        "SUMMARY:B",
        "STATUS:TENTATIVE",
        "X-MOZ-LASTACK:20260101T000000Z",
        "BEGIN:VALARM\nACTION:DISPLAY\nTRIGGER:-PT5M\nEND:VALARM",
        "ATTENDEE;PARTSTAT=DECLINED:mailto:a@x.org",
        "DTEND;TZID=Europe/Berlin:20260302T110000",
        "no property at all",
    ],
)
def test_an_edit_counts(line: str) -> None:
    assert (
        read_object(EVENT.format("X:1").encode()).fingerprint != read_object(EVENT.format(f"X:1\n{line}").encode()).fingerprint
    )
    assert read_card(CARD.format("X:1").encode()).fingerprint != read_card(CARD.format(f"X:1\n{line}").encode()).fingerprint
