"""Fetching the bodies of many items: multiget in batches, halved where a batch fails, down to a GET for a single item.

One bad item never holds up another. A batch may fail because of a single member (control characters that make the answer bad
XML, a body that makes the server crash), because it is too large, or because the server has no working multiget at all; halving
finds the culprit in a few steps in all of these cases, and what a batch leaves out is fetched by GET.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from typing import NamedTuple, TypeVar

from auld.errors import CredentialsRefused, RateLimited, TryLater
from auld_connectors._dav_discovery import Flavour
from auld_connectors._dav_http import DavHttp, TimedOut
from auld_connectors._dav_urls import origin, ref_of
from auld_connectors._dav_xml import DAV, MultiStatus, multiget

FIRST_BATCH = 100
_LARGEST_BATCH = 500
_AIM = 1024 * 1024
"""Bytes of answer that a batch should bring: large enough to spare round trips, small enough to hold a few in memory."""
_PATIENCE = 24
"""Failures in a row, without one body between them, after which the server is taken to be ill. A time-out counts eightfold."""

T = TypeVar("T")


class Wanted(NamedTuple):
    """An item to fetch: its ref, the path as the server spelt it, and the ETag that it was listed with."""

    ref: str
    path: str
    version: str


class Body(NamedTuple):
    """An item as fetched."""

    ref: str
    version: str
    data: bytes


class Fetcher:
    """Fetches items of one collection. After the walk ``missed`` tells what could not be had, and why."""

    def __init__(self, http: DavHttp, flavour: Flavour, collection: str, cancelled: Callable[[], bool]) -> None:
        self._http = http
        self._flavour = flavour
        self._collection = collection
        self._cancelled = cancelled
        self._strikes = 0
        self._multiget_works = True
        self.missed: dict[Wanted, str] = {}

    def bodies(self, wanted: Sequence[Wanted]) -> Iterator[list[Body]]:
        """Batches of bodies, in any order; what is gone by now (404, 410) is left out without a word.

        Raises RateLimited, CredentialsRefused, and TryLater once too many requests in a row have failed.
        """
        todo = deque(wanted)
        halves: list[list[Wanted]] = []
        size = FIRST_BATCH
        while (todo or halves) and not self._cancelled():
            batch = halves.pop() if halves else [todo.popleft() for _ in range(min(size, len(todo)))]
            if len(batch) == 1 or not self._multiget_works:
                yield list(self._singly(batch))
                continue
            try:
                bodies, missing, weight = self._multiget(batch)
            except (CredentialsRefused, RateLimited):
                raise
            except TryLater as trouble:
                self._strike(trouble)
                size = max(len(batch) // 2, 1)
                halves += [batch[size:], batch[:size]]
                continue
            size = _next_size(len(batch), weight)
            singly = list(self._singly(missing))
            if singly and not bodies:
                self._multiget_works = False  # it answers, but with nothing in it, while GET works: iCloud has been seen to
            yield bodies + singly

    def _multiget(self, batch: Sequence[Wanted]) -> tuple[list[Body], list[Wanted], int]:
        """The bodies, what has to be fetched singly because the answer lacks it, and the size of the answer in bytes."""
        request = multiget(self._flavour.report, self._flavour.data, [item.path for item in batch])
        answer = self._http.ask("REPORT", self._collection, request, {"Depth": "1"})
        if answer.status != 207:
            if answer.status in (405, 501):
                self._multiget_works = False
            raise TryLater(f"the server failed to hand out items in bulk ({answer.status})")
        open_ = {item.ref: item for item in batch}
        bodies: list[Body] = []
        for row in MultiStatus(answer.body):
            item = open_.get(ref_of(row.href, self._collection) or "")
            if item is None:
                continue  # not asked for, or the second answer for one href
            if row.status in (404, 410):
                del open_[item.ref]
                continue
            element = row.props.get(self._flavour.data)
            text = "" if element is None else "".join(element.itertext())
            if text.strip():
                del open_[item.ref]
                bodies.append(Body(item.ref, row.text(f"{DAV}getetag") or item.version, text.encode()))
        if bodies:
            self._strikes = 0
        return bodies, list(open_.values()), len(answer.body)

    def _singly(self, items: Sequence[Wanted]) -> Iterator[Body]:
        for item in items:
            if self._cancelled():
                return
            body = self._get(item)
            if body is not None:
                yield body

    def _get(self, item: Wanted) -> Body | None:
        try:
            answer = self._http.ask("GET", origin(self._collection) + item.path)
        except (CredentialsRefused, RateLimited):
            raise
        except TryLater as trouble:
            self._miss(item, trouble)
            return None
        if answer.status in (404, 410):
            self._strike(TryLater("nothing of what the server lists can be fetched"))
            return None
        if answer.status != 200:
            self._miss(item, TryLater(f"the server answers {answer.status}"))
            return None
        if not is_object(answer.body):
            self._miss(item, TryLater("the server sends something else in its place"))
            return None
        self._strikes = 0
        return Body(item.ref, answer.etag or item.version, answer.body)

    def _miss(self, item: Wanted, trouble: TryLater) -> None:
        self.missed[item] = str(trouble)
        self._strike(trouble)

    def _strike(self, trouble: TryLater) -> None:
        self._strikes += 8 if isinstance(trouble, TimedOut) else 1
        if self._strikes >= _PATIENCE:
            raise trouble


def is_object(body: bytes) -> bool:
    """Whether a body may be a card or a calendar object, and not a portal's web page. It may still be unreadable."""
    start = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n")
    return bool(start) and not start.startswith(b"<")


def _next_size(size: int, weight: int) -> int:
    """How many items to ask for next: as many as bring about ``_AIM`` bytes, growing by at most a factor of two."""
    fitting = size * _AIM // max(weight, 1)
    return max(min(fitting, 2 * size, _LARGEST_BATCH), 2)


class _Failed(NamedTuple):
    error: BaseException


_END = object()


def ahead(results: Iterator[T]) -> Generator[T, None, None]:
    """Run an iterator in a thread of its own, one result ahead of its reader, so that the server works while we parse.

    What the iterator raises is raised here. If the reader stops early, it waits for the result that the thread is at: the
    connection that both use is not for two at once.
    """
    box: queue.Queue[object] = queue.Queue(maxsize=1)
    stopped = threading.Event()

    def work() -> None:
        try:
            for result in results:
                box.put(result)
                if stopped.is_set():
                    return
            box.put(_END)
        except BaseException as error:  # handed over and raised in the reader's thread
            box.put(_Failed(error))

    thread = threading.Thread(target=work, name="auld-fetch", daemon=True)
    thread.start()
    try:
        while (result := box.get()) is not _END:
            if isinstance(result, _Failed):
                raise result.error
            yield result  # type: ignore[misc]  # the box holds T, _Failed or _END
    finally:
        stopped.set()
        while not box.empty():
            box.get_nowait()  # a thread that waits for room in the box goes on, and sees that it is to stop
        thread.join()
