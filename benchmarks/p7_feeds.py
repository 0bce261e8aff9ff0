"""P7: an unchanged feed costs next to nothing, even where the server sends the same body again.

Measured is the CPU of a whole pull, with requests and a transport in memory, against that of parsing the body. The feed is a
long one, or the figure would be about what a request costs."""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Literal

import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from auld.contract import Account, Collection, Pull
from auld_connectors import _feed
from auld_connectors.rss import Rss, Settings

URL = "https://feeds.example.org/alerts"
NOW = datetime(2026, 3, 2, tzinfo=UTC)
ENTRIES = 500


class _Memory(BaseAdapter):
    """Answers every request with the same body, without validators."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.body = body

    def send(self, request: requests.PreparedRequest, *args: object, **kwargs: object) -> requests.Response:
        response = requests.Response()
        response.status_code = 200
        response.url = request.url or ""
        response.raw = HTTPResponse(io.BytesIO(self.body), preload_content=False)
        return response

    def close(self) -> None:
        pass


def _body() -> bytes:
    entry = (
        "<entry><id>tag:google.com,2013:googlealerts/feed:{0}</id>"
        '<title type="html">&lt;b&gt;Ada Vale&lt;/b&gt; in story {0}</title>'
        '<link href="https://www.google.com/url?rct=j&amp;url=https://news.example.com/{0}&amp;ct=ga"/>'
        "<published>2026-03-01T08:26:15Z</published><updated>2026-03-01T08:26:15Z</updated>"
        '<content type="html">What &lt;b&gt;Ada Vale&lt;/b&gt; did in story {0}&amp;nbsp;...</content>'
        "<author><name/></author></entry>"
    )
    entries = "".join(entry.format(number) for number in range(ENTRIES))
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Google Alert</title>{entries}</feed>'.encode()


def _cost(act: Callable[[], object], times: int) -> float:
    """Least CPU seconds of one act, of three rounds."""
    rounds = []
    for _ in range(3):
        start = time.process_time()
        for _ in range(times):
            act()
        rounds.append((time.process_time() - start) / times)
    return min(rounds)


def run() -> list[tuple[str, str, float, float, Literal["max", "min"]]]:
    body = _body()
    settings = Settings.model_validate({"feeds": [URL]})
    source = Rss(transport=_Memory(body)).open(Account("alerts", settings, now=lambda: NOW))
    collection = Collection(URL, "Alerts", frozenset({"mention"}))
    (batch,) = source.pull(Pull(collection, None, {}, False, NOW))
    again = Pull(collection, batch.cursor, {}, False, NOW)
    parse = _cost(lambda: _feed.read(body, {}, URL, NOW), 2)
    quiet = _cost(lambda: list(source.pull(again)), 50)
    return [("P7", f"unchanged feed of {ENTRIES} entries, sent again: times cheaper than parsing", parse / quiet, 100, "min")]
