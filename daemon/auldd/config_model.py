"""The shape of the configuration file: its keys, their types and defaults. What the descriptions say is what the manual says.

These models check one value at a time; what needs several (an account that ``write_to`` names, say) is checked in
:mod:`auldd.config`, which also knows where in the file everything stands. The words of a ValueError are shown to the user.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from datetime import date, timedelta
from importlib.metadata import distribution
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from auld.policy import Words
from auldd import public_holidays
from auldd.credentials import SecretRef
from auldd.durations import parse_days, parse_duration

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``": did you mean 'interval'?"``, or nothing if no known word is near."""
    by_fold = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    return f": did you mean {by_fold[near[0]]!r}?" if near else ""


def time_zone(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        zones = available_timezones()
        # people know the city, the list knows the continent
        city = next((zone for zone in sorted(zones) if zone.rpartition("/")[2].casefold() == value.strip().casefold()), None)
        hint = f": did you mean {city!r}?" if city else did_you_mean(value, zones)
        raise ValueError(f"unknown time zone {value!r}{hint or '; it must be a name such as Europe/Lisbon'}") from None
    return value


def _region(value: Any) -> Any:
    if isinstance(value, str) and value.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError(f"{value!r} is no country code (ISO 3166, two letters, such as PT)")
    return value.upper() if isinstance(value, str) else value


def _store(value: Any) -> Any:
    if isinstance(value, str) and not re.match(r"sqlite(\+\w+)?:////|postgresql(\+\w+)?://", value):
        raise ValueError("must be sqlite:////absolute/path/auld.db (four slashes) or postgresql://user@host/database")
    return value


def _weekday(value: Any) -> int:
    matches = [
        n for n, day in enumerate(WEEKDAYS) if isinstance(value, str) and len(value) > 1 and day.startswith(value.casefold())
    ]
    if len(matches) != 1:
        raise ValueError("must be a weekday: mon, tue, wed, thu, fri, sat or sun")
    return matches[0]


def _date(value: Any) -> date:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else _no_date()
    except ValueError:
        return _no_date()


def _no_date() -> date:
    raise ValueError("must be a date such as 2027-12-24")


def _word(value: Any) -> Any:
    if isinstance(value, str) and not value.strip():
        raise ValueError("must not be empty: it would stand at the head of every title")
    return value.strip() if isinstance(value, str) else value


def _named(value: Any) -> Any:
    if isinstance(value, str) and not value.strip():
        raise ValueError("must not be empty: name an organisation, a mail domain or a label")
    return value.strip() if isinstance(value, str) else value


def _language(value: Any) -> Any:
    """Looked up among the files of the library that reads days: to ask it would cost its import at every start."""
    if not isinstance(value, str):
        return value
    code = value.strip().casefold()
    there = re.fullmatch(r"[a-z]{2,3}(?:-[a-z]+)?", code) and distribution("dateparser").locate_file(f"{_DATED}/{code}.py")
    if not there or not Path(str(there)).is_file():
        raise ValueError(f"{value!r} is no language in which days can be read; it must be an ISO 639 code such as en or pt")
    return code


def _switch(value: Any) -> Any:
    """YAML 1.2 knows true and false only; people write on and off."""
    known = {"on": True, "off": False}
    if isinstance(value, str) and value.casefold() in known:
        return known[value.casefold()]
    if not isinstance(value, bool):
        raise ValueError(f"{value!r} must be on or off")
    return value


_DATED = "dateparser/data/date_translation_data"


def alarm_time(value: Any) -> str | None:
    if value is None or (isinstance(value, str) and value.casefold() == "none"):
        return None
    match = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError('must be none or a time of day such as "09:00"')
    return f"{int(match[1]):02}:{match[2]}"


def _lead(value: Any) -> int:
    return 0 if value in (0, "0d", "0") and value is not False else parse_days(value)


def _polling(value: Any) -> timedelta:
    span = parse_duration(value)
    if span < timedelta(seconds=1):
        raise ValueError("must be at least one second")
    return span


Days = Annotated[int, BeforeValidator(parse_days)]


class _Model(BaseModel):
    # built when they are first used: the models inside another one are, with it, and need no validators of their own
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, defer_build=True)


class AccountModel(BaseModel):
    """What every account has; all other keys belong to its connector."""

    model_config = ConfigDict(extra="allow", frozen=True, arbitrary_types_allowed=True, defer_build=True)

    connector: str = Field(description="which connector it uses (auld connectors lists them)")
    every: Annotated[timedelta, BeforeValidator(_polling)] | None = Field(
        default=None, description="how often to look, such as 15m or 6h; left out: as the connector proposes"
    )
    password: Annotated[SecretRef | None, BeforeValidator(SecretRef.parse)] = Field(
        default=None, description="where the password or token is kept"
    )


class WriteToModel(_Model):
    """Where follow-ups are written."""

    account: str = Field(description="the account whose calendar or task list gets the entries")
    collection: str = Field(min_length=1, description="the collection in it: display name, end of its path, or URL")
    as_: Literal["auto", "task", "event"] = Field(
        default="auto", alias="as", description="auto writes tasks where the collection takes them, else all-day events"
    )
    alarm: Annotated[str | None, BeforeValidator(alarm_time)] = Field(
        default=None, description='none, or the local time of day at which an entry rings, such as "09:00"'
    )


class CategoryModel(_Model):
    """How often to be in touch with the people of one category."""

    ideal: Days = Field(description="how long after the last touch a follow-up is due, such as 4w")
    at_most: Days = Field(description="the longest time that may pass, such as 6w")
    debrief: bool = Field(default=False, description="ask after a meeting what was said, and tell before one what is open")
    lead: Annotated[int, BeforeValidator(_lead)] = Field(
        default=0, description="how long before a birthday or an anniversary its entry stands, such as 3d"
    )
    per_week: int = Field(
        default=0, ge=0, le=500, description="at most so many of its entries in one week; 0: as many as the budget allows"
    )

    @model_validator(mode="after")
    def _in_order(self) -> CategoryModel:
        if self.at_most < self.ideal:
            raise ValueError("at_most must not be shorter than ideal")
        return self


class BudgetModel(_Model):
    """How many follow-ups there may be."""

    per_day: int = Field(default=2, ge=1, le=100, description="at most so many on one day")
    per_week: int = Field(default=5, ge=1, le=500, description="at most so many in one week, Monday to Sunday")


def _places(value: Any) -> Any:
    places = [value] if isinstance(value, str) else value
    if not isinstance(places, list) or not all(isinstance(each, str) for each in places):
        raise ValueError("must be a country (PT), a region (DE-BY), or a list of these")
    found = tuple(each.strip().upper() for each in places)
    for each in found:
        public_holidays.check(each)
    return found


class QuietModel(_Model):
    """Days without follow-ups."""

    weekdays: tuple[Annotated[int, BeforeValidator(_weekday)], ...] = Field(default=(5, 6), description="mon to sun")
    dates: tuple[Annotated[date, BeforeValidator(_date)], ...] = Field(
        default=(), description="single days, such as 2027-12-24"
    )
    holidays: Annotated[tuple[str, ...], BeforeValidator(_places)] = Field(
        default=(), description="public holidays of a country or region (ISO 3166), such as PT or [DE-BY, DE-BE]"
    )


class GoalsModel(_Model):
    """What you hold yourself to in one quarter, with the people whom you follow up; left out: no goal."""

    meetings: int | None = Field(default=None, ge=1, le=10_000, description="so many meetings")
    calls: int | None = Field(default=None, ge=1, le=10_000, description="so many calls")
    reached: int | None = Field(default=None, ge=1, le=10_000, description="so many people reached, in whatever way")


class NewsModel(_Model):
    """What to make of the news."""

    sensitive: Literal["show", "hide"] = Field(
        default="show", description="deaths, crimes, dismissals: show them in the next entry that there is anyway, or hide them"
    )


_Words = tuple[Annotated[str, BeforeValidator(_word)], ...]
_SAID = Words()


class WordsModel(_Model):
    """What you write at the head of an entry's title to say what became of it."""

    done: _Words = Field(default=_SAID.done, description="you were in touch")
    not_this: _Words = Field(default=_SAID.not_this, description="not this time")
    never: _Words = Field(default=_SAID.never, description="never again: the person is let go")
    call: _Words = Field(default=_SAID.call, description="after a word of `done`: by telephone")
    mail: _Words = Field(default=_SAID.mail, description="after a word of `done`: by mail")
    message: _Words = Field(default=_SAID.message, description="after a word of `done`: by a message")
    met: _Words = Field(default=_SAID.met, description="after a word of `done`: face to face")
    promise: _Words = Field(default=_SAID.promise, description="before a colon, in a description: what you promised")
    theirs: _Words = Field(default=_SAID.theirs, description="before a colon: what they promised")
    question: _Words = Field(default=_SAID.question, description="before a colon: what they asked you")
    likes: _Words = Field(default=_SAID.likes, description="before a colon: their interests, with commas between them")
    need: _Words = Field(default=_SAID.need, description="before a colon: what they need")
    offers: _Words = Field(default=_SAID.offers, description="before a colon: what they offer")
    met_through: _Words = Field(default=_SAID.met_through, description="before a colon: who brought you together")
    next: _Words = Field(default=_SAID.next, description="before a colon: what to do next, and when")


class ConfigModel(_Model):
    """The whole file, except for what belongs to each account's connector."""

    timezone: Annotated[str, BeforeValidator(time_zone)] = Field(description="your time zone, such as Europe/Lisbon")
    me: tuple[str, ...] = Field(default=(), description="your own e-mail addresses and phone numbers")
    region: Annotated[str, BeforeValidator(_region)] | None = Field(
        default=None, description="the country by which phone numbers without a country code are read; left out: as in `me`"
    )
    city: str = Field(
        default="",
        max_length=200,
        description="where you live, such as Lisbon, or Cambridge, UK; left out: where you meet most",
    )
    owner: str = Field(default="me", min_length=1, max_length=200, description="whose log it is, where one database holds many")
    store: Annotated[str, BeforeValidator(_store)] | None = Field(
        default=None, description="the database as a URL; left out: auld.db in the state folder"
    )
    accounts: dict[str, AccountModel] = Field(min_length=1, description="where to read from")
    write_to: WriteToModel | None = Field(default=None, description="where to write; left out: nothing is written")
    categories: dict[str, CategoryModel] = Field(default_factory=dict, description="how often; the first matter most")
    budget: BudgetModel = Field(default_factory=BudgetModel, description="how many follow-ups there may be")
    horizon: Days = Field(default=14, le=366, description="how far ahead entries stand in the calendar, such as 2w")
    quiet: QuietModel = Field(default_factory=QuietModel, description="days without follow-ups")
    languages: tuple[Annotated[str, BeforeValidator(_language)], ...] = Field(
        default=("en",),
        min_length=1,
        description="in which you name days ('by Friday'), as ISO 639 codes; the first that auld can write is that of entries",
    )
    reasons: dict[str, Annotated[bool, BeforeValidator(_switch)]] = Field(
        default_factory=dict,
        description="`off` silences a reason (`auld reasons` lists them); all others are on",
    )
    interests: tuple[Annotated[str, BeforeValidator(_named)], ...] = Field(
        default=(), description="your own: what news may be shared with people who have them too, such as [sailing, wine]"
    )
    news: NewsModel = Field(default_factory=NewsModel, description="what to make of the news")
    goals: GoalsModel = Field(default_factory=GoalsModel, description="what you hold yourself to in one quarter")
    sectors: dict[str, tuple[Annotated[str, BeforeValidator(_named)], ...]] = Field(
        default_factory=dict,
        description="for the report: organisations, mail domains (`edp.pt`, `.gov.pt`) or labels of cards by sector",
    )
    words: WordsModel = Field(default_factory=WordsModel, description="what you say in an entry's title, and in which words")
