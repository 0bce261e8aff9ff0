"""The samples, shaped like what vendors write, against their golden readings; and what makes a body unreadable."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auld_connectors._ical import read_object
from auld_connectors._lines import Reading
from auld_connectors._vcard import read_card
from parsers.golden import SAMPLES, golden_path, reading_of, sample_names

Read = Callable[[bytes], Reading]


@pytest.mark.parametrize("name", sample_names())
def test_a_sample_reads_as_it_always_did(name: str) -> None:
    assert reading_of(name) == msgspec.json.decode(golden_path(name).read_bytes())


# --- never raises -------------------------------------------------------------------------------------------------------
WORDS = """
BEGIN:VCARD END:VCARD BEGIN:VCALENDAR END:VCALENDAR BEGIN:VEVENT END:VEVENT BEGIN:VTODO END:VTODO BEGIN:VTIMEZONE END:VTIMEZONE
; : , = " \\ ^n item1. TYPE= VALUE=DATE TZID=Europe/Lisbon DTSTART DTEND DURATION RRULE EXDATE RECURRENCE-ID ATTENDEE
N FN BDAY TEL PHOTO 20260302 T100000 Z P1D --0229 QUOTED-PRINTABLE =C3 mailto:
"""
words = st.sampled_from([*WORDS.split(), "\r\n", "\n", "\r", "\n "])
bodies = st.lists(words | st.text(max_size=5), max_size=60).map(lambda parts: "".join(parts).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("read", [read_card, read_object])
@given(body=bodies | st.binary(max_size=300))
def test_whatever_comes_is_read_or_has_a_problem(read: Read, body: bytes) -> None:
    reading = read(body)
    assert reading.problem == "" or reading.observation is None
    assert len(reading.fingerprint) == 64
    assert msgspec.json.decode(msgspec.json.encode(reading.observation)) is not None or reading.observation is None


@given(st.sampled_from(sample_names()), st.data())
def test_a_sample_with_a_few_bytes_changed_is_read_or_has_a_problem(name: str, data: st.DataObject) -> None:
    body = bytearray((SAMPLES / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    reading = read_card(bytes(body)) if name.endswith(".vcf") else read_object(bytes(body))
    assert reading.problem == "" or reading.observation is None


# --- limits -------------------------------------------------------------------------------------------------------------
CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\nUID:1\r\n%s\r\nEND:VCARD\r\n"
EVENT = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260101T100000Z\r\n%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
MEGABYTE = 1024 * 1024


def folded(line: bytes) -> bytes:
    return b"\r\n ".join(line[at : at + 74] for at in range(0, len(line), 74))


def test_a_picture_of_five_megabytes_is_cut_out_and_the_card_read() -> None:
    picture = base64.b64encode(bytes(range(256)) * 15 * 1024)
    assert len(picture) > 5 * 1_000_000
    reading = read_card(CARD % folded(b"item1.photo;ENCODING=b;TYPE=JPEG:" + picture))
    assert reading.observation is not None
    assert len(reading.raw) < 300
    assert b"\r\nitem1.photo;ENCODING=b;TYPE=JPEG:sha256:" in reading.raw


def test_the_same_picture_folded_otherwise_is_the_same_picture_and_another_is_not() -> None:
    line = b"PHOTO;ENCODING=b;TYPE=JPEG:" + base64.b64encode(b"picture" * 400)
    narrow = b"\r\n ".join(line[at : at + 60] for at in range(0, len(line), 60))
    one, other = read_card(CARD % folded(line)), read_card(CARD % narrow)
    assert one.fingerprint == other.fingerprint
    assert one.fingerprint != read_card(CARD % folded(line.replace(b"cGlj", b"cGlk"))).fingerprint


@pytest.mark.parametrize(("read", "frame"), [(read_card, CARD), (read_object, EVENT)])
def test_a_body_may_not_be_larger_than_a_megabyte(read: Read, frame: bytes) -> None:
    assert read(frame % (b"X-LONG:" + b"x" * MEGABYTE)).problem.startswith("larger than 1024 KiB")


@pytest.mark.parametrize(("read", "frame"), [(read_card, CARD), (read_object, EVENT)])
@pytest.mark.parametrize("depth", [40, 60, 60_000])
def test_components_may_be_nested_but_not_for_ever(read: Read, frame: bytes, depth: int) -> None:
    reading = read(frame % (b"BEGIN:X\r\n" * depth + b"END:X\r\n" * depth))
    assert (reading.observation is None) == (depth > 50)


@pytest.mark.parametrize(("read", "frame"), [(read_card, CARD), (read_object, EVENT)])
@pytest.mark.parametrize(
    "filling",
    [
        b"X;A=" + b"=" * 200_000,
        b"X;A=" + b"=" * 200_000 + b'":v',
        b'X;A="' + b'"' * 200_000 + b":v",
        b"X" + b";A=B" * 50_000 + b":v",
        b"X;A=" + b"," * 200_000 + b":v",
        b"NOTE:" + b"\\" * 200_000,
        b"N:" + b";" * 200_000,
        b"a." * 100_000 + b":v",
        b"\r\n" * 100_000,
        b"NOTE;ENCODING=QUOTED-PRINTABLE:" + b"=41=\r\n" * 30_000,
        b"BEGIN:VTIMEZONE\r\n" * 12_000,
        folded(b"DESCRIPTION:" + b"x" * 200_000),
    ],
    ids=lambda filling: repr(filling[:14]),
)
def test_nothing_takes_more_than_linear_time(read: Read, frame: bytes, filling: bytes) -> None:
    begun = time.process_time()
    read(frame % filling)
    assert time.process_time() - begun < 2  # a fifth of a second at most, where it was measured; exponential would be for ever


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"<html>", b"FN:A", b"BEGIN:VCARD\r\nFN:A\r\n", b"BEGIN:VCALENDAR\r\n"])
@pytest.mark.parametrize("read", [read_card, read_object])
def test_what_is_no_object_has_a_problem_and_the_digest_of_its_bytes(read: Read, body: bytes) -> None:
    reading = read(body)
    assert reading.observation is None
    assert reading.problem
    assert reading.fingerprint != read(body + b"x").fingerprint
