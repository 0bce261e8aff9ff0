"""Descriptions of events at Google: plain text, or what its editor makes of them (``<br>``, ``&nbsp;``, links, lists).

They are read as plain text. What auld writes is plain, too, and is only escaped where a program would take it for markup. A
change of the user's formatted text touches nothing but the places where something is put in.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

_BLOCKS = r"p|div|li|ul|ol|tr|table|tbody|h[1-6]|hr|html|html-blob|body|blockquote|pre"
_TAGS = rf"br|{_BLOCKS}|a|abbr|b|code|em|font|i|img|s|small|span|strike|strong|sub|sup|td|th|u"
_INSIDE = r"(?:\s[^<>]{0,2000})?/?"
_TAG = re.compile(rf"</?(?:{_TAGS}){_INSIDE}>", re.IGNORECASE)
_MARKUP = re.compile(rf"{_TAG.pattern}|&(?:amp|lt|gt|quot|apos|nbsp|#\d{{1,7}}|#x[0-9a-f]{{1,6}});", re.IGNORECASE)
_LINK = re.compile(r"<a\s[^<>]{0,2000}?href=[\"']?([^\"'<>\s]{1,2000})[^<>]{0,2000}>(.*?)</a>", re.IGNORECASE)
_BREAK = re.compile(rf"\r\n|[\r\n]|<br{_INSIDE}>|(?:</?(?:{_BLOCKS}){_INSIDE}>)+", re.IGNORECASE)
_BEFORE_WORDS = re.compile(rf"(?:\s|&nbsp;|{_TAG.pattern})*", re.IGNORECASE)
_LIKE_A_TAG = re.compile(r"</?[a-z!]", re.IGNORECASE)
# What JSON can carry, but programs cannot show.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


def plain(stored: str) -> str:
    """The text of a description as people see it."""
    if not _MARKUP.search(stored):
        return stored
    return "\n".join(_words(stored[start:end]) for start, end in _lines(stored))


def written(text: str, most: int) -> str:
    """What to store so that people see ``text``: at most so many characters of it."""
    clean = writable(text, most)
    return html.escape(clean, quote=False)[:most] if _MARKUP.search(clean) or _LIKE_A_TAG.search(clean) else clean


def writable(text: str, most: int) -> str:
    """Text without characters that cannot be shown, at most so long."""
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()[:most]


def changed(stored: str, text: str, most: int) -> str:
    """``stored`` as it has to be so that ``text`` is seen. If that only puts something before some lines (a tick), all else
    stays as it is, formatting included."""
    spans = [(start, end) for start, end in _lines(stored) if _words(stored[start:end]).strip()]
    wanted = [line for line in map(str.strip, text.splitlines()) if line]
    if not _MARKUP.search(stored) or len(spans) != len(wanted):
        return written(text, most)
    parts, done = [], 0
    for (start, end), line in zip(spans, wanted, strict=True):
        words = _words(stored[start:end]).strip()
        if not line.endswith(words):
            return written(text, most)
        before = _BEFORE_WORDS.match(stored, start, end)
        at = before.end() if before else start
        parts += [stored[done:at], html.escape(line.removesuffix(words), quote=False)]
        done = at
    return "".join((*parts, stored[done:]))


def _lines(stored: str) -> Iterator[tuple[int, int]]:
    """Where each line begins and ends."""
    start = 0
    for match in _BREAK.finditer(stored):
        yield start, match.start()
        start = match.end()
    yield start, len(stored)


def _words(marked: str) -> str:
    return html.unescape(_TAG.sub("", _LINK.sub(_link, marked))).replace("\xa0", " ")


def _link(match: re.Match[str]) -> str:
    """The words of a link, and where it leads unless they say so."""
    target, words = html.unescape(match[1]), match[2]
    if target.startswith("https://www.google.com/url?"):  # how its editor stores a link that was pasted
        target = parse_qs(urlsplit(target).query).get("q", [target])[0]
    shown = html.unescape(_TAG.sub("", words)).strip()
    told = not target.startswith(("http://", "https://")) or _bare(target) == _bare(shown)
    return words if told else f"{words} ({html.escape(target, quote=False)})"


def _bare(address: str) -> str:
    return address.partition("://")[2].rstrip("/") if "://" in address else address.rstrip("/")
