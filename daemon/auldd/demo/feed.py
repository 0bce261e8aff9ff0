"""The demo's news: two feeds in the style of Google Alerts, and the small web server on loopback that serves them.

They hold what an alert brings: a story about somebody, the same story once more from another paper, a namesake (here in an
obituary, where a mix-up would hurt), and noise.
"""

from __future__ import annotations

import hashlib
import threading
from datetime import UTC, date, datetime, time, timedelta
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import NamedTuple, Self
from urllib.parse import quote


class Story(NamedTuple):
    """One entry of an alert; ``age`` in days; ``found`` is the text around the hit, with the hit in ``<b>``."""

    age: int
    headline: str
    found: str
    link: str


CLIENTS_ALERT = (
    Story(
        3,
        "<b>Marisol Quintero</b> to lead Harbourline's Atlantic routes",
        "Harbourline said on Tuesday that <b>Marisol Quintero</b>, until now its head of partnerships, takes over ...",
        "https://shipping-weekly.example/2026/harbourline-atlantic?utm_source=alert",
    ),
    Story(
        2,
        "<b>Marisol Quintero</b> to lead Harbourline&#39;s Atlantic routes",
        "(Wire) Harbourline said on Tuesday that <b>Marisol Quintero</b>, until now its head of partnerships ...",
        "https://morning-ledger.example/business/quintero-harbourline",
    ),
    Story(
        4,
        "Obituary: <b>Thomas Becker</b>, 88, baker and friend to all of Millersburg, Ohio",
        "<b>Thomas Becker</b> passed away peacefully on Sunday. He opened his bakery in 1961 and ...",
        "https://holmes-county-notes.example/obituaries/thomas-becker",
    ),
    Story(
        1,
        "Container rates steady before the holidays",
        "Brokers see no change on the Atlantic; <b>Marisol</b>, a tropical storm, has passed ...",
        "https://shipping-weekly.example/2026/rates-steady",
    ),
)

PERSONAL_ALERT = (
    Story(
        5,
        "Dublin Book Prize shortlist names <b>Siobhán Ó Briain</b> editor of the year",
        "Judges praised <b>Siobhán Ó Briain</b> of Liffey Press for a list that ...",
        "https://book-post.example/prize/shortlist#editors",
    ),
)


def alert(query: str, stories: tuple[Story, ...], today: date) -> bytes:
    """An Atom feed as Google Alerts writes it: HTML in titles and texts, links through google.com, no author's name."""
    number = int(hashlib.sha256(query.encode()).hexdigest()[:15], 16)
    moment = f"{datetime.combine(today, time(6), UTC):%Y-%m-%dT%H:%M:%SZ}"
    feed_id = f"tag:google.com,2005:reader/user/00000000000000000001/state/com.google/alerts/{number}"
    lines = ['<?xml version="1.0" encoding="utf-8"?>', '<feed xmlns="http://www.w3.org/2005/Atom">']
    lines += [f"<id>{feed_id}</id>", f"<title>Google Alert - {escape(query)}</title>", f"<updated>{moment}</updated>"]
    for story in stories:
        at = f"{datetime.combine(today - timedelta(days=story.age), time(7, 12), UTC):%Y-%m-%dT%H:%M:%SZ}"
        entry = int(hashlib.sha256(story.link.encode()).hexdigest()[:15], 16)
        link = f"https://www.google.com/url?rct=j&sa=t&url={quote(story.link, safe='')}&ct=ga&cd=CAIyGjAw&usg=AOvVaw0{entry}"
        lines += ["<entry>", f"<id>tag:google.com,2013:googlealerts/feed:{entry}</id>"]
        lines += [f'<title type="html">{escape(story.headline)}</title>', f'<link href="{escape(link)}"/>']
        lines += [f"<published>{at}</published>", f"<updated>{at}</updated>"]
        lines += [f'<content type="html">{escape(story.found)}</content>', "<author><name/></author>", "</entry>"]
    return "\n".join([*lines, "</feed>"]).encode()


class FeedServer:
    """Serves bytes by path on a free port of 127.0.0.1, with ETags and 304, until it is left."""

    def __init__(self, pages: dict[str, bytes]) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                _answer(self, pages.get(self.path))

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing: the terminal belongs to the demo."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="feeds", daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _answer(request: BaseHTTPRequestHandler, page: bytes | None) -> None:
    if page is None:
        request.send_error(HTTPStatus.NOT_FOUND)
        return
    etag = f'"{hashlib.sha256(page).hexdigest()[:16]}"'
    known = request.headers.get("If-None-Match") == etag
    request.send_response(HTTPStatus.NOT_MODIFIED if known else HTTPStatus.OK)
    request.send_header("ETag", etag)
    if known:
        request.end_headers()
        return
    request.send_header("Content-Type", "application/atom+xml; charset=utf-8")
    request.send_header("Content-Length", str(len(page)))
    request.end_headers()
    request.wfile.write(page)
