"""Writing follow-ups by CalDAV: one conditional request a verb, never repeated, never redirected.

Conditions are made with strong entity tags (RFC 9110 section 13.1). Where there is none, or only a weak one, the body is
read again and compared right before the write; a race that still slips through is found by the core when it reads back.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from auld.contract import Collection, Entry, EntryField, Held, Item, Stored
from auld.errors import AuldError, CollectionGone, Conflict, Refused, TryLater
from auld_connectors import _ical, _ical_write
from auld_connectors._dav_fetch import is_object
from auld_connectors._dav_http import Answer, DavHttp
from auld_connectors._dav_urls import canonical_path, origin
from auld_connectors._dav_xml import CAL

_UID_TAKEN = {f"{CAL}no-uid-conflict", f"{CAL}unique-scheduling-object-resource"}
_TYPE = "text/calendar; charset=utf-8"


class DavSink:
    """The write half of a CalDAV account; see :class:`auld.contract.Sink`."""

    def __init__(self, http: DavHttp, now: Callable[[], datetime]) -> None:
        self._http = http
        self._now = now

    def ref_for(self, collection: Collection, uid: str) -> str:
        """``<collection><uid>.ics``. Our UIDs are UUIDs, so that the name needs no escapes."""
        folder = collection.id[len(origin(collection.id)) :]
        return folder + canonical_path(uid.replace("/", "%2F")) + ".ics"

    def fetch(self, collection: Collection, ref: str) -> Held | None:
        answer = self._get(collection, ref)
        if answer is None:
            return None
        reading = _ical.read_object(answer.body)
        item = Item(
            ref=ref,
            version=answer.etag,
            observation=reading.observation,
            raw=reading.raw,
            fingerprint=reading.fingerprint,
            normaliser=_ical.NORMALISER,
            problem=reading.problem,
        )
        return Held(item)

    def _get(self, collection: Collection, ref: str) -> Answer | None:
        answer = self._http.ask("GET", _url(collection, ref))
        if answer.status in (404, 410):
            return None
        if answer.status == 403:
            raise CollectionGone("the server does not let us read in the collection (403)")
        if answer.status != 200 or not is_object(answer.body):
            raise TryLater(f"the server does not hand out the entry ({answer.status})")
        return answer

    def create(self, collection: Collection, entry: Entry) -> Stored:
        body = _ical_write.render(entry, self._now())
        url = _url(collection, self.ref_for(collection, entry.uid))
        answer = self._http.ask("PUT", url, body, {"Content-Type": _TYPE, "If-None-Match": "*"})
        if answer.status in (404, 410):
            raise CollectionGone(f"the collection is not there ({answer.status})")
        _written(answer)
        return _stored(body, answer)

    def update(self, collection: Collection, held: Held, entry: Entry, fields: frozenset[EntryField]) -> Stored:
        body = _ical_write.patch(self._whole(collection, held), entry, fields, self._now())
        headers = {"Content-Type": _TYPE, **self._condition(collection, held)}
        answer = self._http.ask("PUT", _url(collection, held.item.ref), body, headers)
        if answer.status in (404, 410):
            raise Conflict("the entry is not there any more")
        _written(answer)
        return _stored(body, answer)

    def remove(self, collection: Collection, held: Held) -> None:
        try:
            condition = self._condition(collection, held)
        except _Vanished:
            return
        answer = self._http.ask("DELETE", _url(collection, held.item.ref), headers=condition)
        if answer.status not in (404, 410):
            _written(answer)

    def _whole(self, collection: Collection, held: Held) -> bytes:
        """The body in ``held`` with all that is in it: attachments were cut out of what is kept, and are fetched once more."""
        if not _ical_write.is_cut(held.item.raw):
            return held.item.raw
        answer = self._get(collection, held.item.ref)
        if answer is None:
            raise _Vanished("the entry is not there any more")
        if answer.etag != held.item.version or _ical.read_object(answer.body).raw != held.item.raw:
            raise Conflict("the entry was changed meanwhile")
        return answer.body

    def _condition(self, collection: Collection, held: Held) -> dict[str, str]:
        """The header that makes a write depend on the version in ``held``; none where the server has nothing to depend on."""
        etag = held.item.version
        if not _strong(etag):
            there = self.fetch(collection, held.item.ref)
            if there is None:
                raise _Vanished("the entry is not there any more")
            if there.item.raw != held.item.raw:
                raise Conflict("the entry was changed meanwhile")
            etag = there.item.version
        return {"If-Match": etag} if _strong(etag) else {}


class _Vanished(Conflict):
    """What was to be written over is gone."""


def _url(collection: Collection, ref: str) -> str:
    return origin(collection.id) + ref


def _strong(etag: str) -> bool:
    return bool(etag.strip('" ')) and not etag.startswith(("W/", "w/"))


def _stored(body: bytes, answer: Answer) -> Stored:
    """A weak entity tag, or none, says that what is stored may be otherwise than what was sent (RFC 4791 section 5.3.4)."""
    return Stored(_ical.read_object(body).fingerprint, answer.etag if _strong(answer.etag) else "")


def _written(answer: Answer) -> None:
    """Return if the answer says beyond doubt that it was done, else raise (RFC 4791 section 5.3.2)."""
    if answer.status not in (200, 201, 204):
        raise _refusal(answer)


def _refusal(answer: Answer) -> AuldError:
    status = answer.status
    if answer.ok:  # 202, 207: done, not done, or partly: only a look will tell
        return TryLater(f"the server's answer to a write is unclear ({status})")
    failed = answer.conditions()
    if status == 412 or (status in (403, 409) and failed & _UID_TAKEN):
        return Conflict(f"the server holds something else by that name ({status})")
    if status == 507:
        return Refused("the server has no room left for the entry (507)")
    if status in (408, 423, 425) or status >= 500:
        return TryLater(f"the server failed to store the entry ({status})")
    why = ", ".join(sorted(name.rpartition("}")[2] for name in failed))
    return Refused(f"the server refuses the entry ({status}{': ' + why if why else ''})")
