"""The built-in connectors. They enter through the same entry point as anybody's plugin.

Registering imports names and settings only; the libraries that talk to servers are imported at the first poll of an account
that needs them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from auld.hooks import hookimpl

if TYPE_CHECKING:
    from auld.contract import Connector


@hookimpl
def auld_connectors() -> Sequence[Connector]:
    """``caldav``, ``carddav``, ``google_calendar``, ``google_contacts``, ``google_tasks``, ``ics`` and ``rss``."""
    from auld_connectors.caldav import CalDav
    from auld_connectors.carddav import CardDav
    from auld_connectors.google_calendar import GoogleCalendar
    from auld_connectors.google_contacts import GoogleContacts
    from auld_connectors.google_tasks import GoogleTasks
    from auld_connectors.ics import Ics
    from auld_connectors.rss import Rss

    return [CalDav(), CardDav(), GoogleCalendar(), GoogleContacts(), GoogleTasks(), Ics(), Rss()]
