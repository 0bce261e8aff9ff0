"""A YAML 1.2 file as plain data, with the line and column of every key and value.

Only ruamel.yaml's composer is used, not its constructors: dates, times and octal numbers stay the text that the user wrote
wherever a setting wants text, duplicate keys are all found (not just the first), and no tag can build an object.
No message quotes the file: a line of it may hold a password.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from auld.errors import Problem

Path = tuple[str | int, ...]
Mark = tuple[int, int]

_STANDARD = "tag:yaml.org,2002:"
_QUOTED = re.compile(r" ?'(?!<[a-z ]+>')[^']{2,}'")
_LONGEST_NUMBER = 100  # digits; Python refuses to convert absurdly long ones
_FLOATS = {".inf": "inf", "-.inf": "-inf", ".nan": "nan"}


@dataclass
class Source:
    """The data of one file. ``keys`` and ``values`` give the mark of the key and of the value at a path, counted from 1.

    ``broken`` are the paths of values that could not be read at all: None stands there, and that is no mistake of its own."""

    file: str
    data: Any = None
    keys: dict[Path, Mark] = field(default_factory=dict)
    values: dict[Path, Mark] = field(default_factory=dict)
    broken: set[Path] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, path: Sequence[str | int], message: str, *, at_key: bool = False) -> Problem:
        """A problem with the setting at ``path``, placed at it or at the nearest setting around it that is in the file."""
        here = tuple(path)
        name = ".".join(str(step) for step in here)
        mark: Mark | None = None
        while here and mark is None:
            mark = (self.keys.get(here) if at_key else None) or self.values.get(here)
            here, at_key = here[:-1], True
        line, column = mark or (1, 1)
        return Problem(message, file=self.file, line=line, column=column, key=name)

    def texts(self) -> Iterator[tuple[Path, str]]:
        """Every text value with its path."""
        stack: list[tuple[Path, Any]] = [((), self.data)]
        while stack:
            path, value = stack.pop()
            if isinstance(value, str):
                yield path, value
            elif isinstance(value, dict):
                stack.extend(((*path, key), inner) for key, inner in value.items())
            elif isinstance(value, list):
                stack.extend(((*path, index), inner) for index, inner in enumerate(value))


def read(text: str, file: str) -> Source:
    """The data of ``text``. What is wrong with it as YAML stands in ``problems``; ``data`` is None if it is not YAML at all."""
    source = Source(file)
    try:
        root: Node | None = YAML(typ="rt", pure=True).compose(text)
        source.data = None if root is None else _Builder(source).build(root, (), ())
    except MarkedYAMLError as error:
        source.problems.append(_syntax(error, file))
    except YAMLError:
        source.problems.append(Problem("holds characters that YAML does not allow", file=file, line=1, column=1))
    except RecursionError:
        source.problems = [Problem("is nested too deeply to be a configuration", file=file, line=1, column=1)]
    return source


def _syntax(error: MarkedYAMLError, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    if error.context_mark and "stream" in (error.problem or ""):
        mark = error.context_mark  # where the quote or bracket was opened that nobody closed
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    # names of aliases and tags are left out: a password that begins with * or ! looks like one
    said = _QUOTED.sub("", ", ".join(part for part in (error.problem, error.context) if part))
    hint = ""
    if "'\\t'" in (error.problem or ""):
        hint = ": a tab; YAML is indented with spaces"
    elif "mapping values are not allowed" in said:
        hint = ": a value that holds ': ' must stand in quotes, and keys of one level in one column"
    elif "another document" in said:
        hint = ": one file holds one document"
    return Problem(f"not valid YAML: {said}{hint}", file=file, line=line, column=column)


class _Builder:
    """Turns a node tree into data, noting marks and collecting problems in a source."""

    def __init__(self, source: Source) -> None:
        self._source = source

    def build(self, node: Node, path: Path, around: tuple[int, ...]) -> Any:
        self._source.values.setdefault(path, (node.start_mark.line + 1, node.start_mark.column + 1))
        if id(node) in around:
            self._wrong(path, "contains itself")
            return None
        inside = (*around, id(node))
        if isinstance(node, MappingNode):
            return self._mapping(node, path, inside)
        if isinstance(node, SequenceNode):
            return [self.build(inner, (*path, index), inside) for index, inner in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: MappingNode, path: Path, inside: tuple[int, ...]) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            mark = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if not isinstance(key_node, ScalarNode):
                self._at(mark, path, "a key must be a plain word")
                continue
            key = str(key_node.value)
            if key in result:
                first = self._source.keys[(*path, key)]
                self._at(mark, (*path, key), f"is given twice (first in line {first[0]})")
                continue
            self._source.keys[(*path, key)] = mark
            if isinstance(value_node, ScalarNode) and value_node.value == "":
                self._source.values[(*path, key)] = mark  # nothing was written: the mark would be that of whatever comes next
            result[key] = self.build(value_node, (*path, key), inside)
        return result

    def _scalar(self, node: Any, path: Path) -> Any:
        tag, text = str(node.tag), str(node.value)
        if not tag.startswith(_STANDARD):
            self._wrong(path, "tags (words that begin with !) mean nothing here; put the text in quotes")
            return None
        match tag.removeprefix(_STANDARD):
            case "null":
                return None
            case "bool":
                return text.casefold() == "true"
            case "int" if len(text) < _LONGEST_NUMBER:
                return _number(text)
            case "float":
                return float(_FLOATS.get(text.casefold(), text.replace("_", "")))
            case _:
                return text

    def _wrong(self, path: Path, message: str) -> None:
        self._source.broken.add(path)
        self._source.problems.append(self._source.problem(path, message))

    def _at(self, mark: Mark, path: Path, message: str) -> None:
        key = ".".join(str(step) for step in path)
        self._source.problems.append(Problem(message, file=self._source.file, line=mark[0], column=mark[1], key=key))


def _number(text: str) -> int:
    plain = text.replace("_", "").casefold()
    sign, digits = (-1, plain[1:]) if plain.startswith("-") else (1, plain.removeprefix("+"))
    base = {"0o": 8, "0x": 16, "0b": 2}.get(digits[:2], 10)
    return sign * int(digits[2:] if base != 10 else digits, base)
