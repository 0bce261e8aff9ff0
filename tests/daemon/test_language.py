"""The user changes the language: entries that stand are put into it, and what the user made theirs stays theirs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from auld.clock import FixedClock
from auld.observations import Task
from auld.reasons.cadence import Cadence
from auldd import config
from auldd.credentials import Vault
from auldd.plugins import Registry
from auldd.wiring import App
from support.small_world import CONFIG, TASKS, World, card, meeting

MONDAY = date(2026, 3, 2)


def once(world: World, tmp_path: Path, language: str, hour: int) -> App:
    """A cycle at that hour of Monday, in that language. Returns the application, for a look at its state."""
    text = f"{CONFIG}languages: [{language}]\n"
    read = config.parse(text, Path("c.yaml"), Registry({"memory": world}, [Cadence()], [], []), tmp_path, Vault({}))
    app = App(read, FixedClock(datetime(2026, 3, 2, hour, tzinfo=UTC)))
    report = app.once()
    assert not report.failed and not report.problems
    return app


def entries(world: World) -> dict[str, Task]:
    """Our entries by the address of whom they are about."""
    tasks = [task for task in world.objects[TASKS.id].values() if isinstance(task, Task)]
    return {name: task for name in ("ana", "bruno") for task in tasks if f"{name}@example.net" in task.description}


def test_what_stands_is_put_into_the_new_language(tmp_path: Path) -> None:
    world = World()
    world.put(card("Ana Lima", "ana@example.net", categories=("clients",)))
    world.put(card("Bruno Sá", "bruno@example.net", categories=("clients",)))
    world.put(meeting("Plans", date(2026, 1, 12), "ana@example.net"))
    once(world, tmp_path, "en", 8).close()
    written = entries(world)
    assert written["ana"].title == "Get in touch with Ana Lima"
    assert "Last met on 12 January 2026." in written["ana"].description

    # the user gives one entry a title of their own, and types into it
    mine = msgspec.structs.replace(
        written["bruno"], title="Bruno, about the boat", description=f"{written['bruno'].description}\nI: send the photos"
    )
    world.put(mine)
    once(world, tmp_path, "en", 9).close()
    app = once(world, tmp_path, "de", 10)
    now = entries(world)
    assert now["ana"].title == "Bei Ana Lima melden"
    assert now["ana"].description.startswith("Zuletzt getroffen am 12. Januar 2026. Clients: alle 4 Wochen, höchstens 6.")
    assert (now["bruno"].title, now["bruno"].uid) == ("Bruno, about the boat", mine.uid)
    assert "send the photos" in now["bruno"].description

    # none of our own lines, in either language, passes for the user's
    (bruno,) = app.view().find("Bruno")
    (ana,) = app.view().find("Ana")
    assert [promise.text for promise in app.view().promises(bruno.id)] == ["send the photos"]
    assert not app.view().notes(bruno.id) and not app.view().promises(ana.id) and not app.view().notes(ana.id)
    requests = len(app.view().follow_ups())
    app.close()
    again = once(world, tmp_path, "de", 11)
    assert entries(world) == now and len(again.view().follow_ups()) == requests
    again.close()
