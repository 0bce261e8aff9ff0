"""Calendar files on this machine: a file, a folder, and what other programs do to them meanwhile."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from auld.errors import ConfigurationWrong, TryLater
from auld_connectors import _ics_disk
from support.ics_feeds import Reader, component, ics, read, vevent

NOTHING = (0, 0, 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    put(tmp_path, "a.ics", vevent("a"))
    put(tmp_path, "b.ics", vevent("b", "20260311"), vevent("c", "20260312"))
    return tmp_path


@pytest.fixture
def reader(folder: Path) -> Reader:
    reader = read({"path": str(folder)})
    assert reader.pull() == (3, 0, 0)
    return reader


def put(folder: Path, name: str, *components: str) -> None:
    (folder / name).write_bytes(ics(*components))


def test_each_file_holds_one_entry_or_many(reader: Reader, folder: Path) -> None:
    assert reader.refs == ["a", "b", "c"]
    assert [c.name for c in reader.source.discover()] == [folder.name]
    assert reader.pull() == NOTHING
    assert reader.batches == []
    assert reader.source.requests == 0


def test_what_is_written_and_deleted_is_seen(reader: Reader, folder: Path) -> None:
    put(folder, "a.ics", vevent("a", "20260315"))
    put(folder, "d.ICS", vevent("d", "20260316"))
    (folder / "b.ics").unlink()
    assert reader.pull() == (1, 1, 2)
    assert reader.refs == ["a", "d"]


def test_a_file_of_the_past_that_is_deleted_is_gone_though_it_was_the_first(reader: Reader, folder: Path) -> None:
    put(folder, "past.ics", vevent("past", "20260101"))
    assert reader.pull() == (1, 0, 0)
    (folder / "past.ics").unlink()
    assert reader.pull() == (0, 0, 1)


def test_an_extract_of_the_past_in_a_single_file_may_shrink(tmp_path: Path) -> None:
    put(tmp_path, "all.ics", vevent("past", "20260101"), vevent("a"), vevent("b", "20260311"))
    reader = read({"path": str(tmp_path / "all.ics")})
    assert reader.pull() == (3, 0, 0)
    assert [c.name for c in reader.source.discover()] == ["all"]
    put(tmp_path, "all.ics", vevent("a"))
    assert reader.pull() == (0, 0, 1)


def test_files_may_be_renamed_and_put_together(reader: Reader, folder: Path) -> None:
    (folder / "a.ics").rename(folder / "z.ics")
    assert reader.pull() == NOTHING
    put(folder, "all.ics", vevent("a"), vevent("b", "20260311"), vevent("c", "20260312"))
    (folder / "z.ics").unlink()
    (folder / "b.ics").unlink()
    assert reader.pull() == NOTHING
    (folder / "all.ics").write_bytes(b"BEGIN:VCALENDAR\r\n")  # and what was moved is known to be there now
    assert reader.pull() == NOTHING


def test_an_invitation_and_its_cancellation_in_two_files_are_one_meeting(folder: Path) -> None:
    for old in ("a.ics", "b.ics"):
        (folder / old).unlink()
    (folder / "invite.ics").write_bytes(ics(vevent("x"), head=["METHOD:REQUEST"]))
    cancelled = vevent("x", "20260310", "Lunch with Ana", "SEQUENCE:1", "STATUS:CANCELLED")
    (folder / "cancel.ics").write_bytes(ics(cancelled, head=["METHOD:CANCEL"]))
    reader = read({"path": str(folder)})
    assert reader.pull() == (1, 0, 0)
    assert reader.meetings[0].method == "cancel"


def test_one_name_for_two_zones_means_another_in_each_file(folder: Path) -> None:
    """Outlook calls every zone that it does not know "Customized Time Zone"."""
    for name, offset in (("a.ics", "+0400"), ("b.ics", "-0300")):
        lines = ("BEGIN:STANDARD", "DTSTART:16010101T000000", f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}", "END:STANDARD")
        zone = component("VTIMEZONE", "TZID:Customized Time Zone", *lines)
        put(folder, name, zone, component("VEVENT", f"UID:{name}", "DTSTART;TZID=Customized Time Zone:20260310T120000"))
    reader = read({"path": str(folder)})
    reader.pull()
    assert [meeting.main.zone for meeting in reader.meetings if meeting.main] == ["+04:00", "-03:00"]


def test_links_are_followed_and_all_else_is_left_alone(
    reader: Reader, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    put(elsewhere, "real.ics", vevent("linked"))
    (folder / "link.ics").symlink_to(elsewhere / "real.ics")
    (folder / "sub.ics").mkdir()
    (folder / "loop.ics").symlink_to(folder)
    put(folder, ".hidden.ics", vevent("hidden"))
    put(folder, "a.ics~", vevent("backup"))
    (folder / "notes.txt").write_text("nothing")
    assert reader.pull() == (1, 0, 0)
    assert reader.notes == []
    put(elsewhere, "real.ics", vevent("linked", "20260320"))
    assert reader.pull() == (0, 1, 0)


@pytest.mark.parametrize("body", [b"", b"\0" * 100, b"<html></html>", ics(vevent("b", "20260311"))[:-20], b"nonsense"])
def test_a_file_that_cannot_be_read_now_keeps_its_entries_and_holds_up_no_other(
    reader: Reader, folder: Path, body: bytes
) -> None:
    (folder / "b.ics").write_bytes(body)
    (folder / "a.ics").unlink()
    assert reader.pull() == (0, 0, 1)
    assert reader.refs == ["b", "c"]
    assert reader.notes[0].startswith("b.ics: it ")
    assert reader.pull(full=True) == NOTHING
    put(folder, "b.ics", vevent("b", "20260311"))
    assert reader.pull() == (0, 0, 1)


@pytest.mark.parametrize("what", ["broken link", "fifo"])
def test_what_is_no_file_is_told(reader: Reader, folder: Path, what: str) -> None:
    odd = folder / "odd.ics"
    if what == "fifo":
        os.mkfifo(odd)
    else:
        odd.symlink_to(folder / "nowhere")
    assert reader.pull() == NOTHING
    assert reader.notes[0].startswith("odd.ics: it ")


def test_many_unreadable_files_are_told_in_few_words(reader: Reader, folder: Path) -> None:
    for number in range(50):
        (folder / f"bad{number}.ics").write_bytes(b"")
    assert reader.pull() == NOTHING
    assert len(reader.notes) == 6
    assert reader.notes[-1] == "45 more files cannot be read"


def test_a_name_that_is_no_text_is_read_all_the_same(reader: Reader, folder: Path) -> None:
    (folder / os.fsdecode(b"b\xfcro.ics")).write_bytes(ics(vevent("latin", "20260320")))
    assert reader.pull() == (1, 0, 0)


def test_a_file_that_is_being_written_waits(folder: Path) -> None:
    (file,) = [each for each in _ics_disk.listing(folder) if each.name == "a.ics"]
    put(folder, "a.ics", vevent("a"), vevent("more"))
    with pytest.raises(TryLater, match="just being written"):
        _ics_disk.content(file)


@pytest.mark.parametrize("full", [False, True])
def test_a_folder_that_is_not_there_is_no_deletion(reader: Reader, folder: Path, full: bool) -> None:
    folder.rename(folder.with_name("away"))
    with pytest.raises(TryLater, match=str(folder)):
        reader.pull(full)
    with pytest.raises(TryLater, match="no such file or folder"):
        reader.source.discover()
    folder.with_name("away").rename(folder)
    assert reader.pull() == NOTHING
    assert len(reader.refs) == 3


def test_a_home_that_nobody_has_is_told() -> None:
    with pytest.raises(ConfigurationWrong, match="~nobody-here"):
        read({"path": "~nobody-here/calendars"})


@pytest.mark.parametrize("path", ["/dev/zero", "/proc/self/nothing"])
def test_paths_that_hold_no_calendar(path: str) -> None:
    with pytest.raises(TryLater, match=path):
        read({"path": path}).pull()


@pytest.mark.parametrize("body", [b"", b"<html></html>", b"text"])
def test_a_single_file_that_is_no_calendar_is_an_error(tmp_path: Path, body: bytes) -> None:
    put(tmp_path, "all.ics", vevent())
    reader = read({"path": str(tmp_path / "all.ics")})
    reader.pull()
    (tmp_path / "all.ics").write_bytes(body)
    with pytest.raises(TryLater, match="nothing is taken as deleted"):
        reader.pull()
    (tmp_path / "all.ics").write_bytes(ics(vevent())[:-10])
    assert reader.pull() == NOTHING
    assert all(batch.listing is None for batch in reader.batches)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_a_file_that_may_be_read_again_is_read_again(reader: Reader, folder: Path) -> None:
    (folder / "a.ics").chmod(0)
    assert reader.pull() == NOTHING
    assert "Permission denied" in reader.notes[0]
    put(folder, "b.ics", vevent("b", "20260311"))
    (folder / "a.ics").chmod(0o600)
    assert reader.pull() == (0, 0, 1)
