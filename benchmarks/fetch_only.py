"""The least that any client must do, as a process: list a collection of Radicale's, and fetch everything by multiget.

``python -m benchmarks.fetch_only URL USER PASSWORD``
"""

from __future__ import annotations

import re
import sys

import requests
from requests.auth import HTTPBasicAuth

BATCH = 500
_HEAD = '<?xml version="1.0"?>'
_LISTING = f'{_HEAD}<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>'


def fetch(url: str, user: str, password: str) -> None:
    name, data = ("calendar", "calendar-data") if url.endswith("events/") else ("addressbook", "address-data")
    space = "urn:ietf:params:xml:ns:" + ("caldav" if name == "calendar" else "carddav")
    login = HTTPBasicAuth(user.encode(), password.encode())  # as bytes, or it would be sent as Latin-1
    with requests.Session() as session:
        answer = session.request("PROPFIND", url, data=_LISTING, headers={"Depth": "1"}, auth=login, timeout=900)
        hrefs = [h for h in re.findall(r"<href>([^<]+)</href>", answer.text) if not h.endswith("/")]
        for start in range(0, len(hrefs), BATCH):
            inside = "".join(f"<href>{h}</href>" for h in hrefs[start : start + BATCH])
            body = f'{_HEAD}<c:{name}-multiget xmlns="DAV:" xmlns:c="{space}"><prop><getetag/><c:{data}/></prop>{inside}'
            body += f"</c:{name}-multiget>"
            answer = session.request("REPORT", url, data=body, headers={"Depth": "1"}, auth=login, timeout=900)
            assert answer.status_code == 207, answer.status_code


if __name__ == "__main__":
    fetch(*sys.argv[1:])
