"""The texts that auld says, as they stand in the code, and the catalogues in which they are translated.

``make messages`` brings core/auld/locale/*/LC_MESSAGES/auld.po up to date: new texts come in without a translation, those that
are no longer said go out. Whoever adds a text adds its translations; a test says what is missing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
ROOMS = (ROOT / "core" / "auld", ROOT / "daemon" / "auldd")
LOCALES = ROOT / "core" / "auld" / "locale"

_KEYWORDS: dict[str, tuple[int, ...] | None] = {"say": None, "later": None, "plural": (1, 2)}
_COMMENT = "Translators:"
_NOISE = re.compile(r'^"(?:Project|Report|POT|PO|Last|Language-Team|Generated)\b.*\n', re.MULTILINE)
"""Lines of a head that would change with every run and say nothing that the history of the file does not."""


def template() -> Catalog:
    """Every text that the code says or marks, with the files in which it stands and the comments before it."""
    found = Catalog()
    for room in ROOMS:
        texts = extract_from_dir(room, keywords=_KEYWORDS, comment_tags=(_COMMENT,))
        for name, line, message, comments, _ in sorted(texts, key=lambda text: (text[0], text[1])):
            found.add(message, locations=[(f"{room.name}/{name}", line)], auto_comments=comments)
    return found


def catalogues() -> dict[str, Path]:
    """The catalogue of every language, by its code."""
    return {path.parents[1].name: path for path in sorted(LOCALES.glob("*/LC_MESSAGES/auld.po"))}


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def update() -> None:
    """Bring every catalogue up to date with the code."""
    wanted = template()
    for path in catalogues().values():
        catalogue = read(path)
        catalogue.update(wanted, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        written = BytesIO()
        write_po(written, catalogue, width=128, include_lineno=False, sort_by_file=True)
        path.write_text(_NOISE.sub("", written.getvalue().decode()), encoding="utf-8")


def missing() -> Iterator[str]:
    """What has to be translated, one text a line."""
    wanted = template()
    for language, path in catalogues().items():
        have = read(path)
        for message in wanted:
            there = have.get(message.id if isinstance(message.id, str) else message.id[0])
            if message.id and (there is None or there.fuzzy or not all(_strings(there.string))):
                yield f"{language}: {message.id!r}"


def astray() -> Iterator[str]:
    """Translations with other gaps than their text."""
    for language, path in catalogues().items():
        for message in read(path):
            texts = _strings(message.id)
            for string in filter(None, _strings(message.string)):
                gaps = _gaps(string)
                # a language may spell out the number in the form that is for one alone, as English does
                if message.id and not (_gaps(texts[0]) <= gaps <= _gaps(texts[-1])):
                    yield f"{language}: {string!r} has the gaps {sorted(gaps)}, but {texts[-1]!r} has not"


def careless() -> Iterator[str]:
    """Texts in the code that extraction would miss or mistake: said as anything but one literal or an entry of a table."""
    for room in ROOMS:
        for path in sorted(room.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and (count := _texts(node.func)) and not _is_plain(node.args[:count]):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}"


def _texts(function: ast.expr) -> int:
    """How many texts a call takes, 0 if it is no call of a tongue."""
    name = function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    return {"say": 1, "later": 1, "plural": 2}.get(name, 0)


def _is_plain(texts: list[ast.expr]) -> bool:
    """One literal each; or an entry of a table, or a constant: those are marked where they stand."""
    if all(isinstance(text, ast.Constant) for text in texts):
        return True
    return all(isinstance(text, ast.Subscript) or (isinstance(text, ast.Name) and text.id.isupper()) for text in texts)


def _strings(text: object) -> tuple[str, ...]:
    return tuple(map(str, text)) if isinstance(text, (tuple, list)) else (str(text),)


def _gaps(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
