"""What the discovery documents say of Google's APIs, and whether a request or an answer keeps to it.

The documents are Google's own and ship in googleapiclient. :func:`check` holds a JSON value to a schema; :class:`Api` finds the
method that a request is for and holds parameters and bodies to it. Problems are returned as words; none means that all is well.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import unquote

Json = dict[str, Any]
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)?")
_MASK = re.compile(r"[A-Za-z][\w.]*(,[A-Za-z][\w.]*)*")
_PYTHON: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "number": (int, float),
}


@dataclass(frozen=True)
class Method:
    """One method of an API. ``name`` as in the documents: ``calendar.events.list``."""

    name: str
    verb: str
    path: re.Pattern[str]
    parameters: Mapping[str, Json]
    request: str
    response: str
    scopes: frozenset[str]


class Api:
    """One API. Its paths begin with ``prefix``."""

    def __init__(self, document: Json) -> None:
        self.schemas: dict[str, Json] = document["schemas"]
        self.prefix: str = "/" + document["servicePath"]
        self._common: dict[str, Json] = document["parameters"]
        self.methods = [self._method(raw) for raw in _methods(document)]

    def _method(self, raw: Json) -> Method:
        own: dict[str, Json] = raw.get("parameters", {})

        def group(match: re.Match[str]) -> str:
            reserved, name = match[1], match[2]
            return f"(?P<{name}>{own[name]['pattern'].strip('^$') if reserved else '[^/]+'})"

        path = re.sub(r"\{(\+?)(\w+)\}", group, self.prefix + raw["path"])
        return Method(
            raw["id"],
            raw["httpMethod"],
            re.compile(path),
            {**self._common, **own},
            raw.get("request", {}).get("$ref", ""),
            raw.get("response", {}).get("$ref", ""),
            frozenset(scope.removeprefix("https://www.googleapis.com/auth/") for scope in raw.get("scopes", ())),
        )

    def find(self, verb: str, path: str) -> tuple[Method, dict[str, str]] | None:
        """The method that a request is for, and the parameters in its path."""
        for method in self.methods:
            if method.verb == verb and (match := method.path.fullmatch(path)):
                return method, {name: unquote(value) for name, value in match.groupdict().items()}
        return None

    def check_request(self, method: Method, query: Mapping[str, list[str]], body: Any) -> tuple[Json, list[str]]:
        """The query's parameters as values, and what is wrong with the request; ``body`` is None where there is none."""
        values: Json = {}
        problems: list[str] = []
        for name, texts in query.items():
            schema = method.parameters.get(name)
            if schema is None or schema.get("location") != "query":
                problems.append(f"no such parameter: {name}")
                continue
            if len(texts) > 1 and not schema.get("repeated"):
                problems.append(f"more than one {name}")
            found = [_value(schema, text, name, problems) for text in texts]
            values[name] = found if schema.get("repeated") else found[0]
        for name, schema in method.parameters.items():
            if schema.get("required") and schema["location"] == "query" and name not in query:
                problems.append(f"parameter missing: {name}")
        problems += self._check_body(method, body)
        return values, problems

    def _check_body(self, method: Method, body: Any) -> list[str]:
        if not method.request:
            return ["a body where there is none"] if body is not None else []
        if body is None:
            return ["the body is missing"]
        problems = check(self.schemas, {"$ref": method.request}, body, "body", nulls=True)
        if isinstance(body, dict):
            for name, schema in self.schemas[method.request]["properties"].items():
                required = schema.get("annotations", {}).get("required", ())
                if method.name in required and body.get(name) is None:
                    problems.append(f"body.{name} is missing")
        return problems

    def check_response(self, method: Method, body: Any) -> list[str]:
        """What is wrong with an answer of the fake itself."""
        if not method.response:
            return ["a body where there is none"] if body is not None else []
        return check(self.schemas, {"$ref": method.response}, body, "answer")


@cache
def api(name: str) -> Api:
    """``calendar.v3``, ``people.v1``, ``tasks.v1``."""
    documents = resources.files("googleapiclient") / "discovery_cache" / "documents"
    return Api(json.loads((documents / f"{name}.json").read_text(encoding="utf-8")))


def _methods(document: Json) -> Iterator[Json]:
    for resource in document.get("resources", {}).values():
        yield from resource.get("methods", {}).values()
        yield from _methods(resource)


def check(schemas: Mapping[str, Json], schema: Json, value: Any, where: str, *, nulls: bool = False) -> list[str]:
    """What is wrong with a value; ``nulls``: null stands for "take this away", as in a patch."""
    if "$ref" in schema:
        return check(schemas, schemas[schema["$ref"]], value, where, nulls=nulls)
    kind = schema["type"]
    if kind == "any" or (value is None and nulls):
        return []
    if kind == "integer":
        right = isinstance(value, int) and not isinstance(value, bool) and -(2**31) <= value < 2**31
    else:
        right = isinstance(value, _PYTHON[kind]) and (kind != "number" or not isinstance(value, bool))
    if not right:
        return [f"{where} is no {kind}: {value!r}"]
    if kind == "array":
        return [p for n, each in enumerate(value) for p in check(schemas, schema["items"], each, f"{where}[{n}]")]
    if kind != "object":
        return _wrong(schema, str(value), where)
    problems = []
    for name, each in value.items():
        below = schema.get("properties", {}).get(name) or schema.get("additionalProperties")
        if below is None:
            problems.append(f"no such field: {where}.{name}")
        else:
            problems += check(schemas, below, each, f"{where}.{name}", nulls=nulls)
    return problems


def _value(schema: Json, text: str, name: str, problems: list[str]) -> Any:
    """A query parameter's text as a value."""
    problems += _wrong(schema, text, name)
    if schema["type"] == "boolean":
        if text not in ("true", "false"):
            problems.append(f"{name} is no boolean: {text!r}")
        return text == "true"
    if schema["type"] == "integer":
        if not re.fullmatch(r"-?\d+", text):
            problems.append(f"{name} is no integer: {text!r}")
            return 0
        number = int(text)
        if not int(schema.get("minimum", number)) <= number <= int(schema.get("maximum", number)):
            problems.append(f"{name} is out of range: {number}")
        return number
    if schema.get("format") == "date-time" and not text.endswith("Z") and not re.search(r"[+-]\d\d:\d\d$", text):
        problems.append(f"{name} has no offset: {text!r}")
    return text


def _wrong(schema: Json, text: str, where: str) -> list[str]:
    """Is a text of the format that the schema names?"""
    kind = schema.get("format", "")
    if schema["type"] == "string" and "enum" in schema and text not in schema["enum"]:
        return [f"{where} is none of {schema['enum']}: {text!r}"]
    if schema["type"] == "string" and "pattern" in schema and not re.fullmatch(schema["pattern"].strip("^$"), text):
        return [f"{where} is not like {schema['pattern']}: {text!r}"]
    good = True
    match kind:
        case "date":
            good = bool(_DATE.fullmatch(text)) and _is(date, text)
        case "date-time" | "google-datetime":
            good = bool(_TIME.fullmatch(text)) and _is(datetime, text)
        case "int64":
            good = bool(re.fullmatch(r"-?\d+", text))
        case "google-fieldmask":
            good = bool(_MASK.fullmatch(text))
        case "byte":
            try:
                base64.b64decode(text, validate=True)
            except binascii.Error:
                good = False
    return [] if good else [f"{where} is no {kind}: {text!r}"]


def _is(kind: type[date], text: str) -> bool:
    try:
        kind.fromisoformat(text)
    except ValueError:
        return False
    return True
