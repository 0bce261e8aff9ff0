"""``auld demo``: a small, lively world of its own, read and answered by the real daemon.

An address book, a calendar and two news feeds are put on servers on loopback; then the daemon's own cycle runs over them,
twice, with a configuration file like anybody's. The second run must change nothing, in the log as on the server.
"""

from __future__ import annotations

import json
import shlex
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from zoneinfo import ZoneInfo

import click

from auld.clock import Clock
from auldd.clock import SystemClock
from auldd.demo import show
from auldd.demo.feed import FeedServer
from auldd.demo.meetings import ZONE
from auldd.demo.people import MY_ADDRESS
from auldd.demo.server import USER, DemoFailed, Entry, Server, available, entries
from auldd.demo.world import CLIENTS_FEED, PERSONAL_FEED, World, build

if TYPE_CHECKING:
    from auldd.reports import OnceReport
    from auldd.wiring import App

_CONFIG = """\
# The configuration of `auld demo`, like anybody's: two accounts on one server, one with news, and where to write.
timezone: {zone}
me: [{me}]
store: {store}
accounts:
  # a real calendar is looked at every quarter of an hour; here somebody is waiting to see what happens
  calendar: {{connector: caldav, url: {dav}, username: {user}, password: {{file: {password}}}, every: 10s}}
  people: {{connector: carddav, url: {dav}, username: {user}, password: {{file: {password}}}, every: 1m}}
  alerts:
    connector: rss
    feeds:
      - {{url: {clients}}}
      - {{url: {personal}, person: "Siobhán Ó Briain"}}
write_to: {{account: calendar, collection: Keep in touch, as: auto, alarm: none}}
categories:
  Inner circle: {{ideal: 4w, at_most: 6w}}
  Clients: {{ideal: 8w, at_most: 12w, lead: 2d}}
  Network: {{ideal: 16w, at_most: 26w}}
budget: {{per_day: 2, per_week: 5}}
horizon: 2w
"""

_KEEP_IN_TOUCH = "keep-in-touch/"


def run(*, serve: bool, keep: Path | None, out: TextIO | None = None, clock: Clock | None = None) -> int:
    """Run the demo; returns the exit status: 1, said on stderr, if anything failed or the second cycle changed something.

    With ``serve`` the servers stay up until an interrupt. With ``keep`` the data stays in that folder, which must be empty or
    not be there yet. Nothing else is left behind, also when the demo is interrupted. ``clock`` says what day it is.
    """
    page = show.Page(out or sys.stdout)
    with ExitStack() as stack:
        stack.enter_context(_terminable())
        try:
            if not available():
                raise DemoFailed("the demo needs Radicale: pip install 'auld[demo]'")
            folder = stack.enter_context(_folder(keep))
            server, config = _play(page, folder, stack, clock or SystemClock())
        except DemoFailed as failure:
            click.echo(f"auld: {failure}", err=True)
            return 1
        if serve:
            _serve(page, server, config)
    if keep is not None:
        page.line(f"\nThe data is kept in {folder}.")
    return 0


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """Where the data is: a new folder that goes when this is left, or the one to keep."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="auld-demo-") as name:
            yield Path(name)
        return
    try:
        keep.mkdir(mode=0o700, parents=True, exist_ok=True)
        occupied = any(keep.iterdir())
    except OSError as error:
        raise DemoFailed(f"{keep}: {error.strerror}") from None
    if occupied:
        raise DemoFailed(f"{keep} is not empty")
    yield keep.absolute()


def _play(page: show.Page, folder: Path, stack: ExitStack, clock: Clock) -> tuple[Server, Path]:
    """The whole play, with its servers left up in ``stack``. Raises DemoFailed if anything is not as it should be."""
    world = build(clock.now().astimezone(ZoneInfo(ZONE)).date())
    server = stack.enter_context(Server(folder))
    feeds = stack.enter_context(FeedServer(world.feeds))
    _fill(server, world)
    page.line(f"A small world of its own on {server.url}:")
    page.line(f"{len(world.cards)} cards, {len(world.calendar)} calendar objects, {len(world.feeds)} news feeds.")
    config = _configure(folder, server, feeds)
    with _app(config, folder, clock) as app:
        page.heading("What came in")
        first = app.once()
        show.came_in(page, first)
        written = server.read(_KEEP_IN_TOUCH)
        page.heading("Who is due, and why")
        show.due(page, app.view())
        page.heading("What stands in the calendar now, read back from the server")
        found = entries(written)
        show.in_calendar(page, found)
        page.heading("A second look")
        second = app.once()
        show.came_in(page, second)
    faults = [*_unfit(first, found), *_changes(second, same=server.read(_KEEP_IN_TOUCH) == written)]
    if faults:
        raise DemoFailed("; ".join(faults))
    page.line("    Nothing changed, as it should be.")
    return server, config


def _fill(server: Server, world: World) -> None:
    server.make_address_book("contacts/", "Contacts")
    server.make_calendar("calendar/", "Calendar", "VEVENT")
    server.make_calendar(_KEEP_IN_TOUCH, "Keep in touch", "VTODO", "VEVENT")
    server.fill("contacts/", world.cards, "text/vcard")
    server.fill("calendar/", world.calendar, "text/calendar")


def _configure(folder: Path, server: Server, feeds: FeedServer) -> Path:
    values = {
        "zone": ZONE,
        "me": MY_ADDRESS,
        "store": f"sqlite:///{folder}/auld.db",
        "dav": server.url,
        "user": USER,
        "password": str(server.password_file),
        "clients": feeds.url + CLIENTS_FEED,
        "personal": feeds.url + PERSONAL_FEED,
    }
    path = folder / "config.yaml"
    # JSON is YAML: so a path may hold any character
    path.write_text(_CONFIG.format(**{name: json.dumps(value) for name, value in values.items()}), encoding="utf-8")
    return path


def _app(config: Path, folder: Path, clock: Clock) -> App:
    """The daemon over that configuration, with the built-in plugins alone."""
    from auldd import plugins
    from auldd.config import load
    from auldd.credentials import Vault
    from auldd.wiring import open_app

    return open_app(load(config, plugins.load({"AULD_PLUGINS": ""}), folder, Vault()), clock=clock)


def _failed(report: OnceReport) -> list[str]:
    return [f"account {account.name} failed: {account.error}" for account in report.accounts if not account.ok]


def _unfit(report: OnceReport, found: list[Entry]) -> list[str]:
    """What is wrong with the first cycle."""
    faults = _failed(report)
    if report.failed:
        faults.append(f"{report.failed} follow-ups could not be written")
    if len(found) != report.written or not found:
        faults.append(f"{report.written} follow-ups were written, but {len(found)} stand in the calendar")
    return faults


def _changes(report: OnceReport, *, same: bool) -> list[str]:
    """What the second cycle did although there was nothing to do."""
    faults = _failed(report)
    faults += [f"{account.events} events came in from {account.name}" for account in report.accounts if account.events]
    if report.planned or report.written or report.closed or report.failed:
        faults.append("the second cycle planned or wrote something")
    if not same:
        faults.append("the calendar on the server is not the same")
    return faults


def _serve(page: show.Page, server: Server, config: Path) -> None:
    """Leave the servers up, and say how to get in, until an interrupt."""
    with suppress(KeyboardInterrupt):
        page.heading("It stays up")
        page.line(f"    address   {server.url}")
        page.line(f"    login     {USER}")
        page.line(f"    password  {server.password}")
        page.line("\nOpen it with a calendar program, tick something off or delete it, and let the daemon follow:\n")
        page.line(f"    {_program()} --config {shlex.quote(str(config))} run\n\nCtrl-C ends it.")
        server.wait()


def _program() -> str:
    """What to type for ``auld``: its path, where it is not on the PATH (after ``make demo``)."""
    beside = Path(sys.executable).with_name("auld")
    return "auld" if shutil.which("auld") or not beside.exists() else shlex.quote(str(beside))


@contextmanager
def _terminable() -> Iterator[None]:
    """SIGTERM and SIGHUP end the demo as Ctrl-C does, so that its server and its folder go with it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: object) -> None:
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
