"""The stories' stage at Google: the same calendars and people, in two Google Calendar accounts and one of Google Contacts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from support.calendar_truth.story import ABROAD, ALIAS, ME, Somebody
from support.calendar_truth.world import Server
from support.dav_servers import DavHome
from support.feed_server import FeedServer
from support.google import FixedClock, Google, hours, member_of
from support.google.calendar import Calendar
from support.google.imports import event_id, take_in
from support.hostile_dav import HostileDav

_CONFIG = """
timezone: {zone}
me: [{me}, {alias}]
accounts:
  office: {{connector: google_calendar, client: "{client}", endpoint: "{endpoint}", collections: {office}}}
  house: {{connector: google_calendar, client: "{client}", endpoint: "{endpoint}", collections: {house}}}
  feed: {{connector: ics, url: "{feed}"}}
  loose: {{connector: caldav, url: "{loose}"}}
  people: {{connector: google_contacts, client: "{client}", endpoint: "{endpoint}"}}
write_to: {{account: house, collection: "{keep}", as: event}}
categories: {{friends: {{ideal: 4w, at_most: 6w}}}}
budget: {{per_day: 100, per_week: 500}}
"""
_SCOPES = ("calendar.events.readonly", "calendar.calendarlist.readonly", "calendar.app.created")


@dataclass
class GoogleServer(Server):
    """As :class:`Server`, with ``calendars`` by the names of the stories."""

    google: Google = field(kw_only=True)
    calendars: dict[str, Calendar] = field(kw_only=True)

    def put(self, where: str, file: str, body: str) -> None:
        if where in self.calendars:
            take_in(self.calendars[where], file, body)
        else:
            super().put(where, file, body)

    def delete(self, where: str, file: str) -> None:
        if where in self.calendars:
            self.calendars[where].delete(event_id(file))
        else:
            super().delete(where, file)

    def put_person(self, person: Somebody) -> None:
        account = self.google.account(ME)
        first, _, last = person.name.partition(" ")
        group = account.groups.add(person.category) if person.category else ""
        account.contacts.put(
            {
                "names": [{"displayName": person.name, "givenName": first, "familyName": last}],
                "emailAddresses": [{"value": email} for email in (person.email, *person.also)],
                **({"memberships": member_of(group)} if group else {}),
            }
        )

    def _event(self, cycle: int, who: Somebody) -> dict[str, Any]:
        (follow_up,) = self.shown[cycle, who.email]["follow_ups"]
        keep = self.calendars["keep"].events.values()
        (event,) = (e for e in keep if e["extendedProperties"]["private"].get("auld") == follow_up["uid"])
        return event

    def tick(self, cycle: int, who: Somebody) -> None:
        event = self._event(cycle, who)
        self.calendars["keep"].edit(event["id"], summary=f"✓ {event['summary']}")

    def give_an_hour(self, cycle: int, who: Somebody, start: str) -> None:
        times = {name: {**when, "date": None} for name, when in _hour(start).items()}
        self.calendars["keep"].edit(self._event(cycle, who)["id"], **times)

    def copy_entry(self, cycle: int, who: Somebody, where: str, uid: str, start: str) -> None:
        event = self._event(cycle, who)
        kept = {name: event[name] for name in ("summary", "description", "extendedProperties", "reminders")}
        self.calendars[where].put({**kept, "id": event_id(uid), **_hour(start)})

    def _config_text(self, cycle: int) -> str:
        ids = {name: calendar.id for name, calendar in self.calendars.items()}
        return _CONFIG.format(
            zone="America/New_York" if cycle >= ABROAD else "Europe/Lisbon",
            me=ME,
            alias=ALIAS,
            client=self.folder / "client.json",
            endpoint=self.google.url,
            office=[ids[f"work{number}"] for number in range(4)],
            house=[ids[name] for name in ("home", "days", "sports", "keep")],
            keep=ids["keep"],
            feed=self.feeds.url("/private.ics"),
            loose=self.loose.url,
        )


def stage_at_google(google: Google, clock: FixedClock, loose: HostileDav, feeds: FeedServer, folder: Path) -> GoogleServer:
    """Empty calendars; and tokens for them."""
    account = google.account(ME)
    calendars = {name: account.calendar(name) for name in ("work0", "work1", "work2", "work3", "home", "days")}
    calendars["keep"] = account.calendar("auld", made_by_app=True)
    calendars["sports"] = account.calendar("sports", "reader", id="8hs2fk@group.v.calendar.google.com")
    google.oauth.write_client(folder / "client.json")
    for name, scopes in (("office", _SCOPES), ("house", _SCOPES), ("people", ("contacts.readonly",))):
        google.oauth.write_token(folder / f"google-{name}.json", ME, scopes)
    home = DavHome("google", google.url, None, "", "", "")
    return GoogleServer(home, loose, feeds, folder, {}, clock, google=google, calendars=calendars)


def _hour(start: str) -> dict[str, Any]:
    return hours(datetime.fromisoformat(f"2026-{start}").isoformat())
