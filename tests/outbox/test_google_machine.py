"""The state machine of edits over Google's calendar and tasks: the same rules, faults, crashes and invariants."""

from __future__ import annotations

from pathlib import Path

import pytest

from auld.clock import FixedClock
from outbox.desk import START, Desk
from outbox.google_world import CalendarWorld, GoogleSink, GoogleWorld, TasksWorld
from outbox.test_machine import RULES, WriteBack, run

pytestmark = pytest.mark.system


class AtGoogle(WriteBack):
    world_type: type[GoogleWorld]

    def make_desk(self) -> Desk:
        clock = FixedClock(START)
        self.world = self.world_type(clock)
        return Desk(self.folder, template=self.template, sink_type=GoogleSink, world=self.world, clock=clock)

    def is_missed(self, key: str) -> bool:
        """Google remembers what was deleted there, whoever has heard of it."""
        return True

    def _is_touched(self, key: str) -> bool:
        """An edit that meets a write may be known to Google alone: what was taken back meanwhile is left alone for it, and no
        fold has to hear of it. (At the server in memory the log hears of every one.)"""
        return bool(self.model[key].edits) or super()._is_touched(key)

    def teardown(self) -> None:
        super().teardown()
        self.world.close()


class InTheCalendar(AtGoogle):
    world_type = CalendarWorld


class AmongTheTasks(AtGoogle):
    world_type = TasksWorld


def test_the_guarantees_hold_at_google(template: Path) -> None:
    for machine in (InTheCalendar, AmongTheTasks):
        run(machine, template, max_examples=30)
    ran = InTheCalendar.ran + AmongTheTasks.ran
    assert all(ran[name] for name in RULES), ran
