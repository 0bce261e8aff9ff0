"""Which export of a folder counts, who is known again in the next one, and what a zip may not do."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from auld.contract import Collection, Pull
from auld.errors import CollectionGone, TryLater
from auld_linkedin import exports
from auld_linkedin.connector import Settings
from linkedin_exports import ADA, HEADER, JOERG, NEHA, NOW, Reader, csv, open_source, pack, request, write

MOVED = ADA.replace("ada-vale", "adavale").replace("VP Engineering", "CTO")


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


def slugs(reader: Reader) -> set[str]:
    return {ref.rpartition("/")[2] for ref in reader.people}


# --- the newest export counts -------------------------------------------------------------------------------------------
def test_a_newer_export_replaces_the_older_as_the_complete_listing(reader: Reader) -> None:
    pack(reader.path / "Basic_LinkedInDataExport_01-02-2026.zip", csv(ADA, JOERG), days_ago=50)
    assert len(reader.pull()) == 2
    pack(reader.path / "Complete_LinkedInDataExport_02-20-2026.zip.zip", csv(ADA, NEHA), days_ago=10)
    assert reader.pull() == ["https://linkedin.com/in/neha", "-https://linkedin.com/in/jml"]


def test_the_age_of_a_zip_is_that_of_what_is_in_it(reader: Reader) -> None:
    """Not that of the download, nor of the copy from a backup."""
    write(reader.path / "unpacked" / "Connections.csv", csv(ADA, JOERG), days_ago=10)
    old = pack(reader.path / "z.zip", csv(NEHA), days_ago=300)
    os.utime(old, (NOW.timestamp(), NOW.timestamp()))
    reader.pull()
    assert slugs(reader) == {"ada-vale", "jml"}


def test_an_older_export_does_not_turn_back_time(reader: Reader) -> None:
    newer = pack(reader.path / "b.zip", csv(ADA, JOERG), days_ago=10)
    reader.pull()
    newer.unlink()
    pack(reader.path / "a.zip", csv(NEHA), days_ago=50)
    for full in (False, True):
        assert reader.pull(full=full) == []
        assert not reader.listed
        assert "a.zip is older than the export of 2026-02-20 that was read before" in reader.notes
        reader.copy.cursor = (reader.copy.cursor or "").replace('"files":"', '"files":"x')
    pack(reader.path / "c.zip", csv(NEHA), days_ago=5)
    reader.pull()
    assert slugs(reader) == {"neha"}


def test_a_clock_that_was_ahead_does_not_shut_out_what_comes_later(reader: Reader) -> None:
    write(reader.path / "Connections.csv", csv(ADA), days_ago=-400)
    reader.pull()
    write(reader.path / "Connections (1).csv", csv(ADA, NEHA), days_ago=-1)
    later = Pull(reader.collection, reader.copy.cursor, reader.copy.known, False, NOW + timedelta(days=500))
    (reader.path / "Connections.csv").unlink()
    assert len([item for batch in open_source(reader.path).pull(later) for item in batch.items]) == 1


def test_an_export_that_is_thrown_away_once_it_is_read_takes_nobody_along(reader: Reader) -> None:
    export = pack(reader.path / "a.zip", csv(ADA))
    reader.pull()
    export.unlink()
    for full in (False, True):
        assert reader.pull(full=full) == []
        assert not reader.listed


def test_an_empty_folder_waits_for_an_export(reader: Reader) -> None:
    write(reader.path / "photos.zip", b"no zip at all")
    pack(reader.path / "another.zip", b"text", member="readme.txt")
    assert reader.pull() == []
    assert "there is no export in" in reader.notes
    assert reader.batches[0].listing is None
    reader.pull()
    assert reader.notes == ""


def test_a_folder_that_is_not_there_is_not_an_empty_one(tmp_path: Path) -> None:
    source = open_source(tmp_path / "not-mounted")
    with pytest.raises(TryLater, match="no such file or folder; nothing is taken as deleted"):
        source.discover()
    with pytest.raises(TryLater):
        list(source.pull(request(Reader(tmp_path).collection)))


def test_other_files_hidden_ones_and_links_to_nowhere_are_passed_over(reader: Reader) -> None:
    pack(reader.path / "a.zip", csv(ADA))
    write(reader.path / ".Connections.csv.part", csv(JOERG), days_ago=0)
    write(reader.path / "Profile.csv", b"First Name,Last Name\nMe,Myself\n", days_ago=0)
    (reader.path / "Connections.csv").mkdir()
    (reader.path / "Connections (2).csv").symlink_to("nowhere")
    os.mkfifo(reader.path / "Connections (3).csv")
    reader.pull()
    assert slugs(reader) == {"ada-vale"}


@pytest.mark.parametrize("name", ["export.zip", "Connections.csv", "my-linkedin"])
def test_a_single_file_may_be_named(tmp_path: Path, name: str) -> None:
    file = pack(tmp_path / name, csv(ADA)) if name.endswith(".zip") else write(tmp_path / name, csv(ADA))
    reader = Reader(file)
    assert reader.pull() == ["https://linkedin.com/in/ada-vale"]
    file.unlink()
    with pytest.raises(TryLater):
        reader.pull()


def test_a_settings_path_must_say_where_it_is() -> None:
    for path in ("linkedin", "", "~/a\0b"):
        with pytest.raises(ValidationError, match="absolute path"):
            Settings(path=path)


def test_a_collection_of_another_account_is_not_this_one(reader: Reader) -> None:
    with pytest.raises(CollectionGone):
        list(open_source(reader.path).pull(request(Collection("linkedin:other", "x", frozenset({"contact"})))))


# --- known again --------------------------------------------------------------------------------------------------------
def test_who_takes_another_profile_address_is_the_same(reader: Reader) -> None:
    file = reader.path / "Connections.csv"
    write(file, csv(ADA, JOERG), 10)
    reader.pull()
    write(file, csv(MOVED, JOERG), 5)
    assert reader.pull() == ["https://linkedin.com/in/ada-vale"]
    ada = reader.person("ada-vale")
    assert (ada.title, ada.urls[0].value) == ("CTO", "https://linkedin.com/in/adavale")
    write(file, csv(MOVED, JOERG, NEHA), 3)
    assert reader.pull() == ["https://linkedin.com/in/neha"]


def test_an_export_without_addresses_is_of_the_same_people(reader: Reader) -> None:
    old = (HEADER + ADA + JOERG).replace("URL,", "").replace("https://www.linkedin.com/in/ada-vale,", "")
    write(reader.path / "Connections.csv", old.replace("https://www.linkedin.com/in/jml,", "").encode(), 10)
    assert reader.pull() == ["name:ada vale:2019-03-12", "name:jorg muller:2023-01-03"]
    write(reader.path / "Connections.csv", csv(ADA, JOERG), 5)
    assert reader.pull() == ["name:ada vale:2019-03-12", "name:jorg muller:2023-01-03"]
    assert len(reader.people) == 2


def test_namesakes_who_connected_on_one_day_are_not_taken_for_each_other(reader: Reader) -> None:
    twins = [ADA.replace("ada-vale", f"ada-{n}") for n in range(4)]
    write(reader.path / "Connections.csv", csv(*twins[:2]), 10)
    reader.pull()
    write(reader.path / "Connections.csv", csv(*twins[2:]), 5)
    reader.pull()
    assert slugs(reader) == {"ada-2", "ada-3"}


def test_namesakes_without_profiles_are_two_and_one_row_twice_is_one(reader: Reader) -> None:
    bare = ADA.replace("https://www.linkedin.com/in/ada-vale", "")
    write(reader.path / "Connections.csv", csv(bare, bare.replace("Northwind", "Southwind"), ADA, ADA))
    reader.pull()
    assert sorted(reader.people) == [
        "https://linkedin.com/in/ada-vale", "name:ada vale:2019-03-12", "name:ada vale:2019-03-12#2"]  # fmt: skip
    assert len(reader.batches[0].items) == 3


def test_whose_profile_is_not_linkedins_keeps_the_address_as_a_link(reader: Reader) -> None:
    write(reader.path / "Connections.csv", csv(ADA.replace("www.linkedin.com/in/ada-vale", "example.com/ada")))
    reader.pull()
    assert [url.value for person in reader.people.values() for url in person.urls] == ["https://example.com/ada"]


def test_a_bad_row_is_the_same_item_once_it_is_mended(reader: Reader) -> None:
    write(reader.path / "Connections.csv", csv(ADA.replace("Robotics", "Robotics, Inc.")), 10)
    assert reader.pull() == ["https://linkedin.com/in/ada-vale"]
    assert reader.problems
    write(reader.path / "Connections.csv", csv(ADA), 5)
    assert reader.pull() == ["https://linkedin.com/in/ada-vale"]
    assert not reader.problems


# --- zips ---------------------------------------------------------------------------------------------------------------
def test_a_zip_that_is_still_being_downloaded_does_not_hide_the_one_before(reader: Reader) -> None:
    pack(reader.path / "LinkedIn_1.zip", csv(ADA), days_ago=10)
    whole = pack(reader.path / "LinkedIn_2.zip", csv(ADA, JOERG), days_ago=5).read_bytes()
    write(reader.path / "LinkedIn_2.zip", whole[: len(whole) // 2])
    assert reader.pull() == ["https://linkedin.com/in/ada-vale"]
    assert "LinkedIn_2.zip: it cannot be read (is it still being downloaded?)" in reader.notes
    write(reader.path / "LinkedIn_2.zip", whole)
    assert reader.pull() == ["https://linkedin.com/in/jml"]


@pytest.mark.parametrize("cut", range(1, 400, 7))
def test_a_damaged_zip_is_told_and_nothing_else(tmp_path: Path, cut: int) -> None:
    """Bytes are turned over all through the file: what comes out are the connections, or a remark."""
    file = pack(tmp_path / "linkedin.zip", csv(ADA))
    body = bytearray(file.read_bytes())
    body[cut % len(body)] ^= 0xFF
    reader = Reader(write(file, bytes(body)).parent)
    reader.pull()
    assert reader.notes or slugs(reader) == {"ada-vale"}


def test_a_bomb_does_not_go_off(reader: Reader) -> None:
    pack(reader.path / "linkedin.zip", csv(ADA) + b" " * (exports.LARGEST + 1))
    assert (reader.path / "linkedin.zip").stat().st_size < 100_000
    reader.pull()
    assert "its Connections.csv is larger than 32 MiB" in reader.notes


def test_a_zip_that_lies_about_its_size_is_found_out(reader: Reader) -> None:
    file = pack(reader.path / "linkedin.zip", csv(ADA) + b" " * (exports.LARGEST + 1))
    body = file.read_bytes().replace(struct.pack("<I", len(csv(ADA)) + exports.LARGEST + 1), struct.pack("<I", 999))
    write(file, body)
    reader.pull()
    assert reader.notes
    assert not reader.people


def test_a_zip_with_too_many_files_is_refused(reader: Reader) -> None:
    with zipfile.ZipFile(reader.path / "linkedin.zip", "w") as archive:
        for number in range(5_000):
            archive.writestr(f"{number:0200}", b"")
        archive.writestr("Connections.csv", csv(ADA))
    reader.pull()
    assert "it has more in it than an export of LinkedIn's" in reader.notes


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_packed_in_other_ways_is_refused(reader: Reader, method: int) -> None:
    pack(reader.path / "linkedin.zip", csv(ADA), method=method)
    reader.pull()
    assert "packed in a way that LinkedIn does not use" in reader.notes


def test_an_encrypted_zip_is_told(reader: Reader) -> None:
    file = pack(reader.path / "linkedin.zip", csv(ADA))
    body = bytearray(file.read_bytes())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        body[body.rindex(signature) + flags] |= 1
    write(file, bytes(body))
    reader.pull()
    assert "it is encrypted" in reader.notes


def test_the_file_in_a_zip_is_found_where_it_lies_least_deep(reader: Reader) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("__MACOSX/Connections.csv", b"x")
        archive.writestr("export/deep/Connections.csv", csv(JOERG))
        archive.writestr("export/Connections.csv", csv(ADA))
        archive.writestr("ImportedConnections.csv", csv(NEHA))
    write(reader.path / "linkedin.zip", packed.getvalue())
    reader.pull()
    assert slugs(reader) == {"ada-vale"}
