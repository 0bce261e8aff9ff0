"""What LinkedIn, spreadsheets and accidents make of Connections.csv, and how it is read."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from babel import Locale

from auld.observations import Contact, Labelled, LabelledDate, PartialDate
from auld_linkedin.days import _LANGUAGES, day
from auld_linkedin.table import read
from linkedin_exports import ADA, HEADER, JOERG, NEHA, NOTES, Reader, csv, write


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path / "Connections.csv")


def look(reader: Reader, body: bytes | str) -> Reader:
    write(reader.path, body if isinstance(body, bytes) else body.encode())
    reader.pull()
    return reader


# --- as LinkedIn writes it ----------------------------------------------------------------------------------------------
def test_a_connection_is_a_contact_with_all_that_linkedin_tells(reader: Reader) -> None:
    assert look(reader, csv(ADA)).people == {
        "https://linkedin.com/in/ada-vale": Contact(
            name="Ada Vale",
            given="Ada",
            family="Vale",
            emails=(Labelled("ada.vale@example.com"),),
            organisation="Northwind Robotics",
            title="VP Engineering",
            dates=(LabelledDate(PartialDate(3, 12, 2019), "Connected On"),),
            urls=(Labelled("https://linkedin.com/in/ada-vale", "linkedin"),),
        )
    }
    assert reader.listed
    assert reader.notes == ""


def test_what_members_leave_out_or_add_is_no_trouble(reader: Reader) -> None:
    look(
        reader,
        csv(
            JOERG,
            NEHA,
            'Rui,"Costa, PhD",https://www.linkedin.com/in/rui/,not an address,,"Head, ""R&D""\nLisbon",1 Jan 2020\n',
        ),
    )
    assert reader.person("jml").organisation == "Beispiel, GmbH"
    assert reader.person("neha").name == "Neha"
    rui = reader.person("rui")
    assert (rui.name, rui.suffix, rui.emails, rui.title) == ("Rui Costa", "PhD", (), 'Head, "R&D"\nLisbon')


def test_rows_about_nobody_are_left_out_and_a_profile_without_a_name_is_told(reader: Reader) -> None:
    look(reader, csv(ADA, ",,,,,,\n", ",,,,,,12 Mar 2019\n", ",,https://www.linkedin.com/in/nobody,,,,\n"))
    assert list(reader.people) == ["https://linkedin.com/in/ada-vale"]
    assert reader.problems == {"https://linkedin.com/in/nobody": "the row has no name in it"}
    assert reader.listed


@pytest.mark.parametrize("notes", ["", NOTES, '"Notes:"\n"Two\nlines, with commas"\n\n', "Notes:\nSome, without, quotes\n\n\n"])
def test_the_header_is_found_below_whatever_notes(reader: Reader, notes: str) -> None:
    assert set(look(reader, notes + HEADER + ADA).people) == {"https://linkedin.com/in/ada-vale"}


def test_a_header_in_other_words_is_known_by_what_stands_below(reader: Reader) -> None:
    header = "Prénom,Nom,URL,Adresse e-mail,Entreprise,Poste,Connexion établie\n"
    nameless = "Rui,Costa,,,Acme,,1 mars 2020\n"
    look(reader, "Remarques :\n\n" + header + nameless + ADA.replace("12 Mar", "12 déc."))
    assert [person.name for person in reader.people.values()] == ["Rui Costa", "Ada Vale"]
    assert reader.person("ada-vale").dates[0].date == PartialDate(12, 12, 2019)


@pytest.mark.parametrize(
    "body", ["", "hello\n", "First Name,Last Name,Headline\nAda,Vale,CTO\n", "\0\1\2", "<html>,,,,,,</html>"]
)
def test_what_is_no_list_of_connections_removes_nobody(reader: Reader, body: str) -> None:
    look(reader, csv(ADA))
    look(reader, body)
    assert set(reader.people) == {"https://linkedin.com/in/ada-vale"}
    assert "is no list of connections" in reader.notes


# --- as spreadsheets save it --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_another_form_of_the_file_says_the_same(reader: Reader, delimiter: str, encoding: str, end: str) -> None:
    look(reader, csv(ADA, JOERG))
    before = reader.copy.fingerprints()
    rows = (
        "First Name|Last Name|URL|Email Address|Company|Position|Connected On",
        "Ada|Vale|https://www.linkedin.com/in/ada-vale|ada.vale@example.com|Northwind Robotics|VP Engineering|12-Mar-19",
        'Jörg|Müller|https://linkedin.com/in/JML/||"Beispiel, GmbH"|Geschäftsführer|2023-01-03',
    )
    lines = [row.replace("|", delimiter) for row in rows]
    look(reader, f"Notes:{delimiter * 6}{end}{end}{end.join(lines)}{end}".encode(encoding))
    assert reader.copy.fingerprints() == before
    assert reader.listed


# --- accidents ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("Bob,Lee,https://www.linkedin.com/in/bob,,Acme, Inc.,CTO,12 Mar 2019\n", "the row has 8 cells, the header 7"),
        ("Bob,Lee,https://www.linkedin.com/in/bob,,Acme\n", "the row has 5 cells, the header 7"),
        ('Bob,Lee,https://www.linkedin.com/in/bob,,"Acme,CTO,12 Mar 2019\n', "the row has quotes that do not match"),
        ('Bob,Lee,https://www.linkedin.com/in/bob,,"The "A" Co",CTO,12 Mar 2019\n', "the row has quotes that do not match"),
        (f"Bob,Lee,https://www.linkedin.com/in/bob,,{'A' * 20_000},,1 May 2020\n", "the row is longer than 20000 characters"),
    ],
)
def test_a_bad_row_is_an_item_that_cannot_be_read_and_costs_no_other(reader: Reader, row: str, problem: str) -> None:
    look(reader, csv(ADA, row, JOERG))
    assert set(reader.people) == {"https://linkedin.com/in/ada-vale", "https://linkedin.com/in/jml"}
    assert reader.problems == {"https://linkedin.com/in/bob": problem}
    assert reader.listed


def test_a_bad_row_keeps_its_raw_bytes(reader: Reader) -> None:
    row = b"Bob,L\xe9e,https://www.linkedin.com/in/bob,,Acme,CTO,12 Mar 2019\n"
    look(reader, csv(JOERG) + row)
    assert reader.problems == {"https://linkedin.com/in/bob": "the row has bytes in it that are no text"}
    assert reader.copy.items["https://linkedin.com/in/bob"].raw == row.strip()


def test_a_row_that_does_not_tell_whose_it_is_removes_nobody(reader: Reader) -> None:
    look(reader, csv(ADA, JOERG, NEHA))
    look(reader, csv(ADA, JOERG[:5] + '"' + JOERG[5:].replace("https://www.linkedin.com/in/jml", "")))
    assert len(reader.people) == 3
    assert "do not tell whose they are" in reader.notes


def test_a_file_that_breaks_off_removes_nobody(reader: Reader) -> None:
    look(reader, csv(ADA, JOERG, NEHA))
    whole = csv(ADA, JOERG, NEHA)
    for cut in range(len(csv(ADA)) + 1, len(csv(ADA, JOERG)) - len("03 Jan 2023\n")):
        look(reader, whole[:cut])
        assert not reader.listed, whole[:cut]
        assert len(reader.people) == 3
        assert not reader.problems
    assert "breaks off" in reader.notes


def test_dates_that_might_be_two_are_left_out_and_told(reader: Reader) -> None:
    look(reader, csv(ADA.replace("12 Mar 2019", "3/4/19"), NEHA))
    assert reader.person("ada-vale").dates == ()
    assert "dates that are not understood: 1, such as '3/4/19'" in reader.notes


def test_thirty_thousand_rows_and_the_worst_quotes_take_little_time() -> None:
    rows = [ADA.replace("ada-vale", f"a{n}").replace("Robotics", 'Robotics "R" Inc') for n in range(30_000)]
    table = read(csv(*rows))
    assert table is not None
    assert len(table.rows) == 30_000
    began = time.process_time()
    read(csv(*['"' * 999 + "\n"] * 500, *['a,"' + '""' * 500 + "x\n"] * 500))
    assert time.process_time() - began < 2


# --- days ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "text",
    [
        "12 Mar 2024", "12 March 2024", "Mar 12, 2024", "12-Mar-24", "2024-03-12", "2024/3/12", "2024-03-12 10:00:00",
        "12. März 2024", "2024. 3. 12.",
        "12 mars 2024", "12 de mar. de 2024", "12 de março de 2024", "12 mrt. 2024", "12 мар. 2024 г.", "12 марта 2024",
        "2024年3月12日",
        "2024년 3월 12일", "12 mar 2024", "12 Μαρ 2024", "12 Mac 2024", "12. maaliskuuta 2024",
    ],
)  # fmt: skip
def test_a_day_is_understood(text: str) -> None:
    assert day(text) == PartialDate(3, 12, 2024)


@pytest.mark.parametrize(
    "text",
    ["", "3/4/24", "31 Feb 2024", "12 Foo 2024", "Mar 2024", "12 Mar", "2024", "12 Mar 202", "99999999999 Mar 2024", "١٢"],
)
def test_a_day_in_doubt_is_none(text: str) -> None:
    assert day(text) is None


@pytest.mark.parametrize("language", ["en", *_LANGUAGES])
def test_the_months_of_each_language_are_known(language: str) -> None:
    for width in ("abbreviated", "wide"):
        for number, name in Locale(language).months["format"][width].items():
            assert day(f"12 {name} 2024") == PartialDate(number, 12, 2024), name
