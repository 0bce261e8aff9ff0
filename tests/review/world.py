"""A small book with a history, for tests of the review: three friends in two firms, and what was done with them in 2026."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from auld.observations import Address, Task
from auld.policy import Category, Goals, Policy
from projections.world import World

ZONE = "Europe/Lisbon"
POLICY = Policy(
    timezone=ZONE,
    me=("me@example.org",),
    categories=(Category("Inner", 28, 42, rank=0), Category("clients", 56, 84, rank=1)),
    goals=Goals(meetings=4, reached=3),
)


def small_book(**policy: Any) -> World:
    """Ana and Bruno are at Acme, Carla alone at Biltmore, Dora in no category; as of 5 October 2026."""
    made = {**{name: getattr(POLICY, name) for name in POLICY.__struct_fields__}, **policy}
    world = World(Policy(**made))
    world.now = datetime(2026, 10, 5, 8, tzinfo=UTC)
    world.card(
        "Ana Lima", "ana@acme.example", organisation="Acme, S.A.", categories=("Inner", "Energy"), addresses=_in("Lisboa")
    )
    world.card("Bruno Sá", "bruno@acme.example", organisation="ACME", categories=("clients",), addresses=_in("Porto"))
    world.card("Carla Dias", "carla@biltmore.gov.example", organisation="Biltmore", categories=("clients", "starred"))
    world.card("Dora Reis", "dora@solo.example", organisation="Solo")
    return world


def _in(*cities: str) -> tuple[Address, ...]:
    return tuple(Address(city=city) for city in cities)


def meet(world: World, day: date, *people: str, title: str = "Talk", **more: Any) -> None:
    """An hour at ten, local time, with these."""
    addresses = {"ana": "ana@acme.example", "bruno": "bruno@acme.example", "carla": "carla@biltmore.gov.example",
                 "dora": "dora@solo.example"}  # fmt: skip
    guests = [addresses[person] for person in people]
    world.meeting(f"{day}T10:00:00", f"{day}T11:00:00", *guests, uid=f"{title} {day}", title=title, **more)


def tick(world: World, who: str, title: str, at: datetime, key: str = "k1") -> None:
    """The user ticks an entry off in these words."""
    world.propose(world.person(who).id, key, "2026-08-03")
    world.write(key)
    world.say(Task(f"uid-{key}", title=title, status="completed", completed=at.isoformat()), "home", f"/ours/{key}.ics", at=at)
