"""Secrets: every place that they can be in, what is said when they are not there, and that nothing prints them."""

from __future__ import annotations

import io
import logging
import os
import select
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from auld.errors import CredentialsUnavailable
from auldd import jlog
from auldd.credentials import SecretRef, Vault


def ref(**value: Any) -> SecretRef:
    return SecretRef.parse(value)


def python(code: str) -> SecretRef:
    return ref(command=[sys.executable, "-c", code])


def refusal(vault: Vault, place: SecretRef) -> str:
    with pytest.raises(CredentialsUnavailable) as caught:
        vault.fetch(place)
    return str(caught.value)


def test_command_gives_its_first_line() -> None:
    vault = Vault({})
    assert vault.fetch(python("print('s3cret word \\nlogin: me')")) == "s3cret word "
    assert vault.fetch(python("import sys; sys.stdout.buffer.write('pässwörd\\r\\n'.encode())")) == "pässwörd"


def test_command_that_fails_is_told_without_its_words() -> None:
    vault = Vault({})
    told = refusal(vault, python("import sys; print('s3cret'); print('s3cret', file=sys.stderr); sys.exit(3)"))
    assert "exit status 3" in told
    assert "s3cret" not in told
    assert "cannot be run" in refusal(vault, ref(command=["/nonexistent/pass"]))
    assert "it is empty" in refusal(vault, python("pass"))
    assert "it is empty" in refusal(vault, python("print()"))


def test_command_has_no_input_and_a_group_of_its_own() -> None:
    code = "import os, sys; print(len(sys.stdin.read()), os.getpgrp() == os.getpid(), os.getppid())"
    assert Vault({}).fetch(python(code)) == f"0 True {os.getpid()}"


def test_command_that_hangs_is_ended_with_its_children(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    # the child keeps the pipe open: were only the parent killed, we would wait a minute for it
    code = f"""
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
open({str(pid)!r}, "w").write(str(child.pid))
child.wait()
"""
    began = time.monotonic()
    assert "did not answer within 1 seconds" in refusal(Vault({}, timeout=1.0), python(code))
    assert time.monotonic() - began < 20
    with suppress(ProcessLookupError):  # gone already
        ended = os.pidfd_open(int(pid.read_text()))
        assert select.select([ended], [], [], 10)[0], "the child lives on"
        os.close(ended)


def test_credential_of_systemd(tmp_path: Path) -> None:
    (tmp_path / "dav").write_text("s3cret\n")
    vault = Vault({"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert vault.fetch(ref(credential="dav")) == "s3cret"
    assert "cannot be read" in refusal(vault, ref(credential="other"))
    assert "LoadCredential=dav" in refusal(Vault({}), ref(credential="dav"))


@pytest.mark.parametrize(("mode", "allowed"), [(0o600, True), (0o400, True), (0o640, False), (0o604, False), (0o620, False)])
def test_file_must_be_private(tmp_path: Path, mode: int, allowed: bool) -> None:
    file = tmp_path / "secret"
    file.write_text("s3cret\nsecond line\n")
    file.chmod(mode)
    if allowed:
        assert Vault({}).fetch(ref(file=str(file))) == "s3cret"
    else:
        assert f"chmod 600 {file}" in refusal(Vault({}), ref(file=str(file)))


def test_file_that_is_not_there(tmp_path: Path) -> None:
    assert "cannot be read: No such file" in refusal(Vault({}), ref(file=str(tmp_path / "none")))


def test_environment() -> None:
    assert Vault({"DAV": "s3cret"}).fetch(ref(env="DAV")) == "s3cret"
    assert "env 'DAV': it is empty" in refusal(Vault({}), ref(env="DAV"))


KEYRINGS = {
    "def get_password(service, user): return f'{service}/{user}'": "dav/me",
    "def get_password(service, user): return None": "it is empty",
    "def get_password(service, user): raise LookupError('s3cret')": "keyring entry 'dav': LookupError",
    "import threading\ndef get_password(service, user): threading.Event().wait()": "is it locked?",
    "raise ImportError": "pip install 'auld[keyring]'",
}


@pytest.mark.parametrize(("module", "expected"), KEYRINGS.items())
def test_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, expected: str) -> None:
    (tmp_path / "keyring.py").write_text(module)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "keyring", raising=False)
    vault = Vault({}, timeout=0.2)
    try:
        told = vault.fetch(ref(keyring="dav"), "me")
    except CredentialsUnavailable as error:
        told = str(error)
    monkeypatch.delitem(sys.modules, "keyring", raising=False)
    assert expected in told
    assert "s3cret" not in told


def test_it_is_fetched_anew_each_time(tmp_path: Path) -> None:
    environ = {"DAV": "one-secret"}
    vault = Vault(environ)
    assert vault.fetch(ref(env="DAV")) == "one-secret"
    environ["DAV"] = "two-secret"
    assert vault.fetch(ref(env="DAV")) == "two-secret"
    assert vault.mask("one-secret two-secret") == "[secret] [secret]"


def test_no_log_line_shows_a_secret() -> None:
    vault = Vault({"DAV": "s3cret/word"})
    vault.fetch(ref(env="DAV"), "me")
    assert "s3cret" not in repr(vault)
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(jlog.MaskingFormatter(vault.mask, journal=False))
    logger = logging.Logger("test")
    logger.addHandler(handler)
    try:
        raise ValueError("s3cret/word")
    except ValueError:
        logger.exception("plain %s, in a URL s3cret%%2Fword, in a header %s", "s3cret/word", "bWU6czNjcmV0L3dvcmQ=")
    told = stream.getvalue()
    assert told.count("[secret]") == 5
    assert "s3cret" not in told
    assert "bWU6" not in told


def test_every_line_tells_the_journal_its_priority(tmp_path: Path) -> None:
    formatter = jlog.MaskingFormatter(str, journal=True)
    record = logging.LogRecord("auld", logging.WARNING, __file__, 1, "one\ntwo", None, None)
    assert formatter.format(record) == "<4>auld: one\n<4>two"
    with (tmp_path / "stderr").open("w") as stream:
        status = os.fstat(stream.fileno())
        assert jlog.goes_to_journal(stream, {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"})
        assert not jlog.goes_to_journal(stream, {"JOURNAL_STREAM": "1:1"})
        assert not jlog.goes_to_journal(stream, {})
    assert not jlog.goes_to_journal(io.StringIO(), {"JOURNAL_STREAM": "1:1"})
