"""Terminals, pipes and places: what the output looks like where, and where files are looked for."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from auld.errors import ConfigurationWrong, CredentialsRefused, Problem
from auldd import paths, report
from auldd.cli import output
from auldd.cli.common import suggestion, weeks_ahead

HEADERS = ("name", "title")
ROWS = [("Ana", "[red]Lunch[/red]"), ("Bruno \x1b[2J", None)]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_table_in_a_pipe_is_plain_text() -> None:
    with redirect_stdout(io.StringIO()) as stream:
        output.table(HEADERS, ROWS)
    assert stream.getvalue() == "name       title\nAna        [red]Lunch[/red]\nBruno [2J\n"


def test_a_table_on_a_terminal_shows_brackets_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    with redirect_stdout(Terminal()) as stream:
        output.table(HEADERS, ROWS)
    shown = stream.getvalue()
    assert "\x1b[1mname" in shown  # bold
    assert "[red]Lunch[/red]" in shown
    assert "\x1b[2J" not in shown


def test_progress_is_only_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    with redirect_stderr(io.StringIO()) as stream, output.progress_bar("reading") as progress:
        assert progress is None
    assert stream.getvalue() == ""
    with redirect_stderr(Terminal()) as stream, output.progress_bar("reading") as progress:
        assert progress is not None
        threads = [threading.Thread(target=progress, args=(name, 5, total)) for name, total in (("home", 10), ("news", None))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert "reading home" in stream.getvalue()


def auld(*arguments: str, **more: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", "from auldd.cli import main; main()", *arguments]
    environ = {**os.environ, "AULD_PLUGINS": "", **more}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environ)


def test_nobody_reads_the_pipe() -> None:
    with auld("connectors", "--json") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""


def test_a_locale_without_the_letters(tmp_path: Path) -> None:
    with auld("--config", str(tmp_path / "Łuk.yaml"), "due", PYTHONIOENCODING="latin-1") as process:
        _, told = process.communicate()
    assert process.returncode == 78
    assert b"\\u0141uk.yaml" in told


def test_where_the_configuration_is_looked_for(tmp_path: Path) -> None:
    xdg = {"XDG_CONFIG_HOME": str(tmp_path)}
    own = tmp_path / "auld" / "config.yaml"
    assert paths.config_file(Path("x.yaml"), {"AULD_CONFIG": "/y.yaml"}) == Path("x.yaml")
    assert paths.config_file(None, {"AULD_CONFIG": "/y.yaml", **xdg}) == Path("/y.yaml")
    assert paths.config_file(None, xdg) in (own, paths.SYSTEM_CONFIG)
    own.parent.mkdir()
    own.touch()
    assert paths.config_file(None, xdg) == own
    assert paths.user_config({"XDG_CONFIG_HOME": "relative"}).is_absolute()


def test_where_the_log_is_kept(tmp_path: Path) -> None:
    assert paths.state_dir(tmp_path, {"AULD_STATE_DIR": "/s"}) == tmp_path
    assert paths.state_dir(None, {"AULD_STATE_DIR": "/s", "XDG_STATE_HOME": "/x", "STATE_DIRECTORY": "/z"}) == Path("/s")
    assert paths.state_dir(None, {"XDG_STATE_HOME": "/x", "STATE_DIRECTORY": "/z"}) == Path("/x/auld")
    assert paths.state_dir(None, {}).parts[-3:] == (".local", "state", "auld")


def test_errors_in_words() -> None:
    wrong = ConfigurationWrong([Problem("one", file="f", line=1, column=2, key="k"), Problem("two")])
    assert (report.lines(wrong), report.exit_status(wrong)) == (["f:1:2: k: one", "two"], 78)
    refused = CredentialsRefused("401")
    assert (report.lines(refused), report.exit_status(refused)) == (
        ["401 (correct the password or token, then run `auld check`)"],
        1,
    )
    assert report.lines(OSError(28, "No space left on device")) == ["No space left on device"]


def test_suggestions_and_weeks() -> None:
    assert suggestion("Anna", ["Ana Lima", "Bruno"]) == "; did you mean Ana Lima?"
    assert suggestion("zzz", ["Ana Lima"]) == ""
    assert [weeks_ahead(days) for days in (1, 7, 8, 14)] == [1, 1, 2, 2]
