"""What the fields of a card say, repair by repair; and vobject's object layer as an oracle where it loses nothing."""

from __future__ import annotations

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from auld.observations import Contact, Labelled, PartialDate
from auld_connectors._vcard import read_card, split_cards


def card(*lines: str, version: str = "3.0") -> Contact:
    body = "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])
    contact = read_card(body.encode()).observation
    assert isinstance(contact, Contact)
    return contact


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("BDAY:--0412", PartialDate(month=4, day=12)),
        ("BDAY:--04-12", PartialDate(month=4, day=12)),
        ("BDAY:--0229", PartialDate(month=2, day=29)),
        ("BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12", PartialDate(month=4, day=12)),
        ("BDAY:1604-04-12", PartialDate(month=4, day=12)),
        ("BDAY;VALUE=date:19800412", PartialDate(month=4, day=12, year=1980)),
        ("BDAY:1980-04-12T00:00:00Z", PartialDate(month=4, day=12, year=1980)),
        ("BDAY:19800412T101010", PartialDate(month=4, day=12, year=1980)),
        ("BDAY:1980-02-29", PartialDate(month=2, day=29, year=1980)),
        ("BDAY:1981-02-29", None),
        ("BDAY:1980-04", None),
        ("BDAY:1980", None),
        ("BDAY:---12", None),
        ("BDAY:198004", None),
        ("BDAY;VALUE=text:circa 1980", None),
        ("BDAY;VALUE=text:19800412", None),
        ("BDAY:", None),
        ("BDAY:19801340", None),
    ],
)
def test_birthdays_in_every_form(line: str, expected: PartialDate | None) -> None:
    assert card("FN:A", line).birthday == expected


@pytest.mark.parametrize("name", ["ANNIVERSARY", "X-ANNIVERSARY", "X-MS-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY", "anniversary"])
def test_anniversaries_under_every_name(name: str) -> None:
    [dated] = card("FN:A", f"{name}:20120816").dates
    assert (dated.label, dated.date) == ("Anniversary", PartialDate(month=8, day=16, year=2012))


@pytest.mark.parametrize(
    ("lines", "name"),
    [
        (["FN:Richter, James"], "Richter, James"),
        (["FN:Richter\\, James"], "Richter, James"),
        (["N:Lima;Ana;Maria;Dr.;"], "Ana Maria Lima"),
        (["FN:", "N:Lima;Ana"], "Ana Lima"),
        (["NICKNAME:Chi"], "Chi"),
        (["ORG:Acme"], "Acme"),
        (["EMAIL:a@example.org"], "a@example.org"),
        (["UID:1"], ""),
        (["FN;PREF=2:B", "FN;PREF=1:A"], "A"),
    ],
)
def test_the_name_is_written_or_made_up(lines: list[str], name: str) -> None:
    assert card(*lines).name == name


@pytest.mark.parametrize("line", ["ORG:Acme, Inc.;Boats, small", "ORG:Acme\\, Inc.;Boats\\, small;"])
def test_bare_commas_are_commas(line: str) -> None:
    contact = card("FN:A", line, "TITLE:Head, research", "NOTE:one, two\\, three")
    assert (contact.organisation, contact.units) == ("Acme, Inc.", ("Boats, small",))
    assert (contact.title, contact.note) == ("Head, research", "one, two, three")


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (["FN:A"], "individual"),
        (["FN:A", "KIND:org"], "org"),
        (["FN:A", "kind:GROUP"], "group"),
        (["FN:A", "X-ADDRESSBOOKSERVER-KIND:group"], "group"),
        (["FN:A", "KIND:location"], "location"),
        (["FN:A", "KIND:x-robot"], "individual"),
        (["FN:Acme", "ORG:Acme", "X-ABShowAs:COMPANY"], "org"),
        (["ORG:Acme"], "org"),
        (["FN:Acme", "N:;;;;", "ORG:Acme"], "org"),
        (["FN:Ana Lima", "ORG:Acme"], "individual"),
    ],
)
def test_kinds(lines: list[str], kind: str) -> None:
    assert card(*lines).kind == kind


@pytest.mark.parametrize(
    ("line", "version", "expected"),
    [
        ("TEL;TYPE=CELL,VOICE:+1 555", "3.0", Labelled(value="+1 555", label="cell")),
        ("TEL;type=HOME;type=FAX:+1 555", "3.0", Labelled(value="+1 555", label="fax")),
        ("TEL;HOME;VOICE:+1 555", "2.1", Labelled(value="+1 555", label="home")),
        ('TEL;TYPE="voice,work";VALUE=uri:tel:+1-555;ext=102', "4.0", Labelled(value="+1-555;ext=102", label="work")),
        ("TEL:+1 555", "3.0", Labelled(value="+1 555")),
        ("TEL;TYPE=:+1 555", "3.0", Labelled(value="+1 555")),
    ],
)
def test_phones_with_their_types(line: str, version: str, expected: Labelled) -> None:
    assert card("FN:A", line, version=version).phones == (expected,)


@pytest.mark.parametrize("label", ["X-ABLabel", "X-ABLABEL", "x-ablabel"])
@pytest.mark.parametrize("group", ["item1", "ITEM1"])
def test_apples_labels_belong_to_their_group_in_any_case(label: str, group: str) -> None:
    contact = card("FN:A", "item1.X-ABDATE:2016-06-18", f"{group}.{label}:_$!<Anniversary>!$_", "item2.X-ABDATE:2017-01-01")
    assert [dated.label for dated in contact.dates] == ["Anniversary", ""]


def test_the_first_of_two_uids_counts_and_the_scheme_is_taken_off() -> None:
    assert card("FN:A", "UID:", "UID:URN:UUID:one", "UID:two").uid == "one"
    assert card("FN:A").uid == ""


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "cp1252", "latin-1"])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_encodings_and_line_ends(charset: str, line_end: str) -> None:
    body = line_end.join(["BEGIN:VCARD", "VERSION:3.0", "FN:Jörg Müller", "END:VCARD", ""]).encode(charset)
    contact = read_card(body).observation
    assert isinstance(contact, Contact)
    assert contact.name == "Jörg Müller"


def test_a_fold_may_stand_inside_a_character() -> None:
    body = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Jörg\r\nEND:VCARD\r\n".encode().replace(b"\xc3\xb6", b"\xc3\r\n \xb6")
    contact = read_card(body).observation
    assert isinstance(contact, Contact)
    assert contact.name == "Jörg"


def test_quoted_printable_ends_where_its_card_ends() -> None:
    contact = card("FN:A", "NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=no-such:caf=C3=A9=", version="2.1")
    assert contact.note == "café"


@pytest.mark.parametrize("charset", ["unicode_escape", "utf-7", "hex", "idna", "x" * 900])
def test_no_character_set_does_harm(charset: str) -> None:
    contact = card("FN:A", f"NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET={charset}:=5Cud800+2AA- =E9", version="2.1")
    contact.note.encode()


@pytest.mark.parametrize("url", ["https://example.org", "https\\://example.org", "https\\\\://example.org"])
def test_urls_however_often_they_were_escaped(url: str) -> None:
    assert [found.value for found in card("FN:A", f"URL:{url}").urls] == ["https://example.org"]


def test_a_file_of_cards_is_split_and_nested_cards_stay_inside() -> None:
    agent = b"BEGIN:VCARD\nFN:A\nAGENT:\nBEGIN:VCARD\nFN:B\nEND:VCARD\nEND:VCARD"
    other = b"begin:vcard\r\nFN:C\r\nend:vcard"
    assert [part.strip() for part in split_cards(b"junk\n" + agent + b"\n\n" + other + b"\r\n")] == [agent, other]
    contact = read_card(agent).observation
    assert isinstance(contact, Contact)
    assert contact.name == "A"


# --- the oracle ---------------------------------------------------------------------------------------------------------
plain = st.text(
    st.characters(codec="utf-8", categories=["L", "N"], include_characters=" ,;\\-'"), min_size=1, max_size=20
).filter(lambda text: text.strip() == text)


@given(plain, plain, plain, st.lists(plain, min_size=1, max_size=3))
def test_what_vobject_writes_and_reads_is_read_alike(family: str, given_name: str, title: str, categories: list[str]) -> None:
    made = vobject.vCard()
    made.add("fn").value = f"{given_name} {family}"
    made.add("n").value = vobject.vcard.Name(family=family.replace(",", " "), given=given_name.replace(",", " "))
    made.add("title").value = title
    made.add("categories").value = categories
    text = made.serialize()
    oracle = vobject.readOne(text)
    contact = read_card(text.encode()).observation
    assert isinstance(contact, Contact)
    assert contact.name == oracle.fn.value
    assert contact.title == oracle.title.value
    assert contact.family.split() == oracle.n.value.family.split()
    assert contact.given.split() == oracle.n.value.given.split()
    assert list(contact.categories) == list(dict.fromkeys(part.strip() for part in oracle.categories.value if part.strip()))
