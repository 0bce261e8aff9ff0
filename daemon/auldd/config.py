"""Reads the configuration: YAML to checked, frozen values, with every mistake at once, each at its line and column.

The connector of an account checks its own settings (its pydantic model); they are reported just like ours. Nothing here
opens a connection, fetches a secret or looks at a server. What can only be told after discovery (that ``write_to`` names a
collection that takes entries, that no collection is used twice under two names) is reported through :meth:`Config.problem`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import phonenumbers
from msgspec import structs
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from auld import policy
from auld.contract import Connector
from auld.errors import ConfigurationWrong, Problem
from auld.people import normalise_email, normalise_phone
from auldd import public_holidays, yaml_source
from auldd.config_model import AccountModel, ConfigModel, did_you_mean
from auldd.credentials import SecretRef, Vault, too_open
from auldd.durations import parse_duration
from auldd.plugins import RESERVED, Registry

_ACCOUNT_NAME = re.compile(r"\w[\w .-]{0,63}")
_URL_PASSWORD = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#\s:@]*:[^/?#\s]+@", re.IGNORECASE)


@dataclass(frozen=True)
class AccountConfig:
    """One account, ready for ``auld.contract.Account``. ``secret`` fetches its password, or its address where that is the
    secret; None where it has none."""

    name: str
    connector: Connector
    settings: Any
    every: timedelta
    secret: Callable[[], str] | None = None

    @property
    def username(self) -> str:
        return str(getattr(self.settings, "username", None) or "")


@dataclass(frozen=True)
class WriteTo:
    """Where entries are written. ``form`` "auto", "task" or "event"; ``alarm`` a local ``HH:MM`` or None."""

    account: str
    collection: str
    form: Literal["auto", "task", "event"]
    alarm: str | None


@dataclass(frozen=True)
class Config:
    """A configuration without mistakes. ``store`` is a database URL; ``timezone`` an IANA name; ``owner`` whose log it is."""

    file: Path
    state_dir: Path
    store: str
    owner: str
    timezone: str
    me: tuple[str, ...]
    region: str
    city: str
    accounts: Mapping[str, AccountConfig]
    write_to: WriteTo | None
    categories: tuple[policy.Category, ...]
    budget: policy.Budget
    quiet: policy.Quiet
    holidays: tuple[str, ...]
    horizon: int
    words: policy.Words
    languages: tuple[str, ...]
    reasons_off: tuple[str, ...]
    interests: tuple[str, ...]
    news: policy.News
    goals: policy.Goals
    sectors: tuple[policy.Sector, ...]
    vault: Vault = field(repr=False)
    registry: Registry = field(repr=False)
    source: yaml_source.Source = field(repr=False)

    def policy(self, ours: tuple[str, ...] = (), year: int | None = None) -> policy.Policy:
        """What folds and the planner may know. ``ours``: account and id of the collection written to, once it is known;
        ``year`` the first one whose public holidays are looked up, none of them if None."""
        holidays = public_holidays.dates(self.holidays, year) if year is not None else ()
        return policy.Policy(
            timezone=self.timezone,
            me=self.me,
            region=self.region,
            city=self.city,
            categories=self.categories,
            budget=self.budget,
            quiet=structs.replace(self.quiet, holidays=holidays),
            horizon=self.horizon,
            ours=ours,
            words=self.words,
            languages=self.languages,
            reasons_off=self.reasons_off,
            interests=self.interests,
            news=self.news,
            goals=self.goals,
            sectors=self.sectors,
        )

    def problem(self, path: Sequence[str | int], message: str) -> Problem:
        """A problem with the setting at ``path`` (``("write_to", "collection")``), with its place in the file."""
        return self.source.problem(path, message)


def load(file: Path, registry: Registry, state_dir: Path, vault: Vault) -> Config:
    """Read ``file``. Raises ConfigurationWrong with every problem found."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        message = f"{file}: there is no such file; `auld init` asks a few questions and writes it"
        raise ConfigurationWrong(message) from None
    except OSError as error:
        raise ConfigurationWrong(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ConfigurationWrong([Problem("is not UTF-8 text", file=str(file), line=line, column=1)]) from None
    return parse(text, file, registry, state_dir, vault)


def parse(text: str, file: Path, registry: Registry, state_dir: Path, vault: Vault) -> Config:
    """Check the text of a configuration file. Raises ConfigurationWrong with every problem found."""
    source = yaml_source.read(text, str(file))
    if source.data is None and not source.problems:
        raise ConfigurationWrong([source.problem((), "is empty; `auld init` asks a few questions and writes one")])
    if not isinstance(source.data, dict):
        wrong = source.problems or [source.problem((), "must be settings, one a line, such as `timezone: Europe/Lisbon`")]
        raise ConfigurationWrong(wrong)
    checker = _Checker(source, registry, vault)
    model = checker.check()
    if source.problems or model is None:
        raise ConfigurationWrong(sorted(source.problems, key=lambda problem: (problem.line, problem.column)))
    return _assemble(model, checker, file, state_dir)


def _assemble(model: ConfigModel, checker: _Checker, file: Path, state_dir: Path) -> Config:
    write_to = model.write_to
    return Config(
        file=file,
        state_dir=state_dir,
        store=model.store or f"sqlite:///{state_dir / 'auld.db'}",
        owner=model.owner,
        timezone=model.timezone,
        me=model.me,
        region=model.region or _region_of(model.me),
        city=model.city.strip(),
        accounts=checker.accounts,
        write_to=WriteTo(write_to.account, write_to.collection, write_to.as_, write_to.alarm) if write_to else None,
        categories=tuple(
            policy.Category(name, c.ideal, c.at_most, rank, c.debrief, c.lead, c.per_week)
            for rank, (name, c) in enumerate(model.categories.items())
        ),
        budget=policy.Budget(model.budget.per_day, model.budget.per_week),
        quiet=policy.Quiet(model.quiet.weekdays, tuple(day.isoformat() for day in model.quiet.dates)),
        holidays=model.quiet.holidays,
        horizon=model.horizon,
        words=policy.Words(**model.words.model_dump()),
        languages=model.languages,
        reasons_off=tuple(sorted(name for name, on in model.reasons.items() if not on)),
        interests=model.interests,
        news=policy.News(model.news.sensitive),
        goals=policy.Goals(**{name: goal for name, goal in model.goals if goal is not None}),
        sectors=tuple(policy.Sector(name, of) for name, of in model.sectors.items()),
        vault=checker.vault,
        registry=checker.registry,
        source=checker.source,
    )


class _Checker:
    """Collects every problem of one file in its source; ``accounts`` are those found right."""

    def __init__(self, source: yaml_source.Source, registry: Registry, vault: Vault) -> None:
        self.source = source
        self.registry = registry
        self.vault = vault
        self.accounts: dict[str, AccountConfig] = {}

    def check(self) -> ConfigModel | None:
        for path, text in self.source.texts():
            if _URL_PASSWORD.match(text):
                self._wrong(path, "holds a password; a URL with a literal password is refused")
        model: ConfigModel | None = self._model(ConfigModel, self.source.data, ())
        accounts = self.source.data.get("accounts")
        for name, data in accounts.items() if isinstance(accounts, dict) else ():
            if isinstance(data, dict):
                self._account(name, data)
        self._check_twice()
        self._check_write_to()
        if model is not None:
            self._check_me(model)
            self._check_categories(model)
            self._check_reasons(model)
        return model

    def _wrong(self, path: Sequence[str | int], message: str, *, at_key: bool = False) -> None:
        self.source.problems.append(self.source.problem(path, message, at_key=at_key))

    def _model(self, model: type[Any], data: Any, base: tuple[str | int, ...], extra: Iterable[str] = ()) -> Any:
        """``data`` as ``model``; None, with the problems noted under the path ``base``, if it is not one."""
        try:
            return model.model_validate(data)
        except ValidationError as error:
            for detail in error.errors(include_url=False, include_input=False):
                path = (*base, *detail["loc"])
                if path in self.source.broken:
                    continue
                unknown = detail["type"] in ("extra_forbidden", "missing")
                self._wrong(path, _words(detail, model, extra), at_key=unknown)
            return None

    def _account(self, name: str, data: dict[str, Any]) -> None:
        """Check one account: its name, its connector, and its settings by the connector's own model."""
        path = ("accounts", name)
        if not _ACCOUNT_NAME.fullmatch(name):
            self._wrong(path, "an account's name is made of letters, digits, spaces, '.', '-' and '_'", at_key=True)
        chosen = data.get("connector")
        if not isinstance(chosen, str):
            return
        connector = self.registry.connectors.get(chosen)
        if connector is None:
            hint = did_you_mean(chosen, self.registry.connectors) or "; `auld connectors` lists those that are there"
            self._wrong((*path, "connector"), f"no connector is called {chosen!r}{hint}")
            return
        own = {key: value for key, value in data.items() if key not in RESERVED}
        settings = self._model(connector.settings, own, path, RESERVED)
        self._check_secret_file((*path, "password"), data.get("password"))
        try:
            common = AccountModel.model_validate(data)
        except ValidationError:
            return  # noted already, with the whole file
        if settings is None:
            return
        account = AccountConfig(name, connector, settings, common.every or parse_duration(connector.every))
        secret = self._kept_address(path, data) or common.password
        if secret is not None:
            fetch = partial(self.vault.fetch, secret, account.username)
            account = AccountConfig(name, connector, settings, account.every, fetch)
        self.accounts[name] = account

    def _kept_address(self, path: tuple[str, ...], data: dict[str, Any]) -> SecretRef | None:
        """Where the address is kept, if that is what ``url`` says (only a connector whose settings allow it gets this far)."""
        place = data.get("url")
        if not isinstance(place, dict):
            return None
        try:
            ref = SecretRef.parse(place)
        except ValueError as error:
            self._wrong((*path, "url"), str(error))
            return None
        if "password" in data:
            self._wrong((*path, "password"), "leave it out: the address is the secret here", at_key=True)
        self._check_secret_file((*path, "url"), place)
        return ref

    def _check_secret_file(self, path: tuple[str, ...], value: Any) -> None:
        try:
            ref = SecretRef.parse(value)
        except ValueError:
            return
        if ref.kind == "file" and too_open(Path(ref.value[0]).expanduser()):
            self._wrong((*path, "file"), f"others can read this file: chmod 600 {ref.value[0]}")

    def _check_twice(self) -> None:
        """Refuse two accounts that plainly read the same; what only discovery can tell is checked after it."""
        seen: dict[str, str] = {}
        for name, account in self.accounts.items():
            dumped = account.settings.model_dump_json() if isinstance(account.settings, BaseModel) else repr(account.settings)
            first = seen.setdefault(f"{account.connector.name}\n{dumped.casefold()}", name)
            if first != name:
                self._wrong(("accounts", name), f"reads the same collections as account {first!r}", at_key=True)

    def _check_write_to(self) -> None:
        write_to, accounts = self.source.data.get("write_to"), self.source.data.get("accounts")
        if not isinstance(write_to, dict) or not isinstance(accounts, dict):
            return
        name = write_to.get("account")
        if isinstance(name, str) and name not in accounts:
            hint = did_you_mean(name, accounts) or f"; there are: {', '.join(accounts)}"
            self._wrong(("write_to", "account"), f"no account is called {name!r}{hint}")

    def _check_reasons(self, model: ConfigModel) -> None:
        known = [reason.id for reason in self.registry.reasons]
        for name in model.reasons:
            if name not in known:
                hint = did_you_mean(name, known) or "; `auld reasons` lists those that are there"
                self._wrong(("reasons", name), f"no reason is called {name!r}{hint}", at_key=True)

    def _check_me(self, model: ConfigModel) -> None:
        region = model.region or _region_of(model.me)
        for index, text in enumerate(model.me):
            if normalise_email(text) is None and normalise_phone(text, region) is None:
                message = f"{text!r} is neither an e-mail address nor a phone number with its country code (+351 ...)"
                self._wrong(("me", index), message)

    def _check_categories(self, model: ConfigModel) -> None:
        seen: dict[str, str] = {}
        for name in model.categories:
            first = seen.setdefault(name.strip().casefold(), name)
            if first != name:
                self._wrong(("categories", name), f"is the same category as {first!r}: case does not matter", at_key=True)
            if not name.strip():
                self._wrong(("categories", name), "a category needs a name", at_key=True)


def _region_of(me: Iterable[str]) -> str:
    """The country of the first own phone number that is written with its country code, or nothing."""
    for text in me:
        number = normalise_phone(text)
        if number is not None:
            region = phonenumbers.region_code_for_number(phonenumbers.parse(number))
            if region in phonenumbers.SUPPORTED_REGIONS:
                return str(region)
    return ""


_WORDS = {
    "missing": "is missing",
    "string_type": "must be text; put it in quotes",
    "string_too_short": "must not be empty",
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "int_parsing": "must be a whole number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "dict_type": "must be settings (key: value)",
    "model_type": "must be settings (key: value)",
    "model_attributes_type": "must be settings (key: value)",
    "list_type": "must be a list, such as [one, two]",
    "tuple_type": "must be a list, such as [one, two]",
    "too_short": "must not be empty",
}


def _words(detail: ErrorDetails, model: type[Any], extra: Iterable[str]) -> str:
    """One pydantic error in words that say what was meant. The value is never repeated: it may be a secret."""
    kind, path = detail["type"], detail["loc"]
    if kind == "value_error":
        return str(detail["ctx"]["error"])
    if kind == "extra_forbidden":
        known = [*_keys_at(model, path[:-1]), *(extra if len(path) == 1 else ())]
        return f"unknown setting{did_you_mean(str(path[-1]), known) or '; known are: ' + ', '.join(sorted(known))}"
    if kind == "literal_error":
        return f"must be {detail['ctx']['expected'].replace(chr(39), '')}"
    words = _WORDS.get(kind) or detail["msg"].removeprefix("Input should ").removeprefix("Value error, ")
    description = _description(model, path) if kind == "missing" else ""
    return f"{words}: {description}" if description else words


def _model_at(annotation: Any, path: Sequence[str | int]) -> type[BaseModel] | None:
    """The model that describes the settings at ``path``, looking through optionals, lists and mappings."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not path:
            return annotation
        named = {info.alias or name: info.annotation for name, info in annotation.model_fields.items()}
        return _model_at(named.get(str(path[0])), path[1:])
    inner = get_args(annotation)
    if not inner:
        return None
    steps = path[1:] if get_origin(annotation) in (dict, list, tuple) else path
    return next((found for part in inner if (found := _model_at(part, steps))), None)


def _keys_at(model: type[Any], path: Sequence[str | int]) -> list[str]:
    found = _model_at(model, path)
    return [info.alias or name for name, info in found.model_fields.items()] if found else []


def _description(model: type[Any], path: Sequence[str | int]) -> str:
    found = _model_at(model, path[:-1])
    fields = found.model_fields.items() if found else ()
    return next((info.description or "" for name, info in fields if (info.alias or name) == path[-1]), "")
