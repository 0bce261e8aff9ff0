"""A description as lines: which of them are the user's, and the tick that answers a line that was taken in.

Calendar programs reformat: other line ends, trailing blanks, bullets, a web page in place of plain text (Google's editor writes
``<br>``). Lines are compared by their words alone, so that none of this is an edit; a tick is put into the text as it stands.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator

TICK = "✓"

_BREAK = re.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")
_MARKUP_BREAK = re.compile(
    r"\r\n|[\r\n\v\f\x85\u2028\u2029]|</?(?:br|p|div|li|ul|ol|tr|h[1-6]|html|body|html-blob)\b[^<>]{0,500}>", re.IGNORECASE
)
_IS_MARKUP = re.compile(r"<(?:br|p|div|ul|ol|html|body|html-blob)\b[^<>]{0,500}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^<>]{0,2000}>", re.IGNORECASE)
_BEFORE_WORDS = re.compile(r"(?:\s|&nbsp;|</?[a-z][^<>]{0,2000}>)*", re.IGNORECASE)
_DECORATION = re.compile(r"(?:[✓✔]\ufe0f?\s*|[-*•‣·–—>]\s+)+")
_TICKED = re.compile(r"(?:[-*•‣·–—>]\s+)*[✓✔]")
_RULER = re.compile(r"[-_=*~#–—✓✔\ufe0f\s]*")


def lines(text: str) -> list[str]:
    """The words of every line that has some, without ticks and bullets before them."""
    markup = _is_markup(text)
    found = (_words(text[start:end], markup) for start, end in _spans(text, markup))
    return [words for words in map(_bare, found) if not _RULER.fullmatch(words)]


def theirs(text: str, ours: str) -> list[str]:
    """The lines of ``text`` that are the user's: all but those that stand in ``ours``, what auld wrote. None, if that was only
    cut off somewhere: some servers do so, also within a line."""
    all_ours, shown = lines(ours), lines(text)
    if " ".join(all_ours).startswith(" ".join(shown)):
        return []
    written = Counter(all_ours)
    found = []
    for line in shown:
        if written[line]:
            written[line] -= 1
        else:
            found.append(line)
    return found


def ticked_lines(text: str) -> set[str]:
    """The words of the lines with a tick before them."""
    markup = _is_markup(text)
    found = (_words(text[start:end], markup) for start, end in _spans(text, markup))
    return {_bare(words) for words in found if _TICKED.match(words)}


def ticked(text: str, answered: Collection[str]) -> str:
    """``text`` with a tick before each line whose words are in ``answered``; everything else stays as it is, and doing it
    again changes nothing."""
    markup = _is_markup(text)
    parts, done = [], 0
    for start, end in _spans(text, markup):
        words = _words(text[start:end], markup)
        if _bare(words) in answered and not _TICKED.match(words):
            begin = _BEFORE_WORDS.match(text, start, end) if markup else None
            at = begin.end() if begin else start + len(text[start:end]) - len(text[start:end].lstrip())
            parts += [text[done:at], f"{TICK} "]
            done = at
    return "".join((*parts, text[done:]))


def _is_markup(text: str) -> bool:
    return _IS_MARKUP.search(text) is not None


def _spans(text: str, markup: bool) -> Iterator[tuple[int, int]]:
    """Where each line begins and ends."""
    start = 0
    for match in (_MARKUP_BREAK if markup else _BREAK).finditer(text):
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _words(part: str, markup: bool) -> str:
    if markup:
        part = html.unescape(_TAG.sub("", part))
    return unicodedata.normalize("NFC", " ".join(part.replace("\u200b", "").split()))


def _bare(words: str) -> str:
    """Without what is put before a line. A line that a tick was put before has the same words as without it."""
    match = _DECORATION.match(words)
    return words[match.end() :] if match else words
