"""From a person of Google's People API v1 to a Contact: fields, labels, groups, dates.

A person holds lists of everything, each entry with its ``metadata``; what is primary comes first here. Photos are never asked
for. A field of the wrong type makes the one person unreadable.
"""

from __future__ import annotations

import hashlib
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

import msgspec

from auld.contract import Item
from auld.observations import Address, Contact, Labelled, LabelledDate, PartialDate

NORMALISER = 1
"""Goes up when a fingerprint or an observation would come out differently for the same person."""

FIELDS = (
    "addresses,biographies,birthdays,emailAddresses,events,interests,memberships,metadata,names,nicknames,occupations,"
    "organizations,phoneNumbers,relations,skills,urls,userDefined"
)
"""What is asked for of a contact."""

OTHER_FIELDS = "emailAddresses,metadata,names,phoneNumbers"
"""What may be asked for of an "other contact", beside the photo."""

_BY_HAND = frozenset({"starred", "friends", "family", "coworkers"})
"""Groups of Google's own making that the user fills; the others (myContacts, all, blocked …) say nothing about people."""


# --- what Google sends --------------------------------------------------------------------------------------------------
class _Part(msgspec.Struct, frozen=True, rename="camel"):
    """What is not named here is not looked at."""


class _Metadata(_Part, frozen=True):
    primary: bool = False
    source_primary: bool = False


class _Field(_Part, frozen=True):
    metadata: _Metadata = _Metadata()


class _Date(_Part, frozen=True):
    year: int = 0
    month: int = 0
    day: int = 0


class _Name(_Field, frozen=True):
    display_name: str = ""
    unstructured_name: str = ""
    given_name: str = ""
    middle_name: str = ""
    family_name: str = ""
    honorific_prefix: str = ""
    honorific_suffix: str = ""


class _Value(_Field, frozen=True):
    value: str = ""
    type: str = ""
    canonical_form: str = ""


class _Place(_Field, frozen=True):
    city: str = ""
    region: str = ""
    country: str = ""
    country_code: str = ""
    type: str = ""


class _Organisation(_Field, frozen=True):
    name: str = ""
    department: str = ""
    title: str = ""
    type: str = ""
    start_date: _Date = _Date()
    end_date: _Date = _Date()
    current: bool = False

    @property
    def ended(self) -> bool:
        """``current`` is left out where it is false; what has an end is over unless it is said not to be."""
        return self.end_date != _Date() and not self.current


class _Dated(_Field, frozen=True):
    date: _Date = _Date()
    type: str = ""


class _Relation(_Field, frozen=True):
    person: str = ""
    type: str = ""


class _Pair(_Field, frozen=True):
    key: str = ""
    value: str = ""


class _GroupMembership(_Part, frozen=True):
    contact_group_resource_name: str = ""


class _Membership(_Part, frozen=True):
    contact_group_membership: _GroupMembership = _GroupMembership()


class _About(_Part, frozen=True):
    deleted: bool = False
    previous_resource_names: tuple[str, ...] = ()


class Person(_Part, frozen=True):
    """A contact, or the trace of a deleted one."""

    resource_name: str
    etag: str = ""
    metadata: _About = _About()
    names: tuple[_Name, ...] = ()
    nicknames: tuple[_Value, ...] = ()
    email_addresses: tuple[_Value, ...] = ()
    phone_numbers: tuple[_Value, ...] = ()
    addresses: tuple[_Place, ...] = ()
    organizations: tuple[_Organisation, ...] = ()
    occupations: tuple[_Value, ...] = ()
    birthdays: tuple[_Dated, ...] = ()
    events: tuple[_Dated, ...] = ()
    urls: tuple[_Value, ...] = ()
    relations: tuple[_Relation, ...] = ()
    user_defined: tuple[_Pair, ...] = ()
    interests: tuple[_Value, ...] = ()
    skills: tuple[_Value, ...] = ()
    biographies: tuple[_Value, ...] = ()
    memberships: tuple[_Membership, ...] = ()


class Trace(_Part, frozen=True):
    """As much of a person as must be known even if nothing else can be read."""

    resource_name: str
    etag: str = ""
    metadata: _About = _About()


class _Group(_Part, frozen=True):
    resource_name: str
    name: str = ""
    group_type: str = ""


# --- items --------------------------------------------------------------------------------------------------------------
def groups(found: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The names of the groups that count as categories, by resource name."""
    read = [each for each in msgspec.convert(list(found), list[_Group]) if each.name]
    return {each.resource_name: each.name for each in read if each.group_type == "USER_CONTACT_GROUP" or each.name in _BY_HAND}


def item(person: Mapping[str, Any], trace: Trace, categories: Mapping[str, str]) -> Item:
    """One contact. Its version changes with its groups' names, too, of which its own ETag knows nothing."""
    raw = msgspec.json.encode(person, order="deterministic")
    version = version_of(person, trace, categories)
    try:
        read = contact(msgspec.convert(person, Person), categories)
    except msgspec.ValidationError as error:
        return Item(
            trace.resource_name, version, None, raw, _digest(raw), NORMALISER, f"a field is not as it should be: {error}"
        )
    meaning = msgspec.json.encode(msgspec.structs.replace(read, formerly=()))
    return Item(trace.resource_name, version, read, raw, _digest(meaning), NORMALISER)


def version_of(person: Mapping[str, Any], trace: Trace, categories: Mapping[str, str]) -> str:
    """What an item's version is, without reading it."""
    try:
        found = msgspec.convert(person.get("memberships", ()), tuple[_Membership, ...])
    except msgspec.ValidationError:
        found = ()
    names = _categories(found, categories)
    return f"{trace.etag} {_digest(msgspec.json.encode(names))[:8]}" if names else trace.etag


def contact(person: Person, categories: Mapping[str, str]) -> Contact:
    """What the person is known as. A name is made up from what there is, as address books do."""
    name = next(iter(_best(person.names)), _Name())
    jobs = [job for job in _best(person.organizations) if not job.ended]
    job = next((job for job in jobs if job.type != "school"), _Organisation())
    emails, phones = _labelled(person.email_addresses), _labelled(person.phone_numbers)
    nicknames = _texts(person.nicknames)
    written = _line(name.display_name) or _line(name.unstructured_name)
    built = " ".join(filter(None, map(_line, (name.given_name, name.middle_name, name.family_name))))
    made_up = [*nicknames, _line(job.name), *(each.value for each in (*emails, *phones))]
    hobbies, expertise, remarks = _told_by_hand(person)
    return Contact(
        name=written or built or next(filter(None, made_up), ""),
        kind="org" if job.name and not (name.given_name or name.family_name) and written in ("", job.name) else "individual",
        given=_line(name.given_name),
        family=_line(name.family_name),
        additional=_line(name.middle_name),
        prefix=_line(name.honorific_prefix),
        suffix=_line(name.honorific_suffix),
        nicknames=nicknames,
        emails=emails,
        phones=phones,
        organisation=_line(job.name),
        units=tuple(filter(None, [_line(job.department)])),
        title=_line(job.title),
        role=next(iter(_texts(person.occupations)), ""),
        categories=_categories(person.memberships, categories),
        birthday=next((day for each in _best(person.birthdays) if (day := _day(each.date))), None),
        dates=_dates(person.events, jobs),
        addresses=_addresses(person.addresses),
        urls=_labelled(person.urls),
        interests=_unique((*_texts(person.interests), *hobbies)),
        expertise=_unique((*_texts(person.skills), *expertise)),
        note="\n".join(remarks),
        formerly=tuple(each for each in person.metadata.previous_resource_names if each != person.resource_name),
    )


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=16).hexdigest()


# --- fields -------------------------------------------------------------------------------------------------------------
class _HasMetadata(Protocol):
    @property
    def metadata(self) -> _Metadata: ...


F = TypeVar("F", bound=_HasMetadata)

_LABELS = {
    "mobile": "cell",
    "workmobile": "cell",
    "homefax": "fax",
    "workfax": "fax",
    "otherfax": "fax",
    "workpager": "pager",
    "main": "",
    "other": "",
}
"""Google's types of lines in the words of vCard (RFC 6350 section 6.4.1); other words, the user's own too, stay."""

_INTERESTS = frozenset({"interest", "interests", "hobby", "hobbies"})
_EXPERTISE = frozenset({"expertise", "skill", "skills"})


def _best(fields: Sequence[F]) -> list[F]:
    """The primary one first, else in the order given."""
    return sorted(fields, key=lambda field: not (field.metadata.primary or field.metadata.source_primary))


def _line(text: str) -> str:
    return " ".join(text.split())


def _unique(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))


def _texts(values: Sequence[_Value]) -> tuple[str, ...]:
    return _unique(_line(each.value) for each in _best(values))


def _label(type_: str) -> str:
    word = _line(type_).lower()
    return _LABELS.get(word, word)


def _labelled(values: Sequence[_Value]) -> tuple[Labelled, ...]:
    """Each value once; a number in its international form, where Google knows it."""
    found: dict[str, Labelled] = {}
    for each in _best(values):
        value = each.canonical_form or _line(each.value)
        if value:
            found.setdefault(value, Labelled(value=value, label=_label(each.type)))
    return tuple(found.values())


def _addresses(places: Sequence[_Place]) -> tuple[Address, ...]:
    read = [
        Address(_line(each.city), _line(each.region), _line(each.country) or each.country_code, _label(each.type))
        for each in _best(places)
    ]
    return tuple(each for each in read if each.city or each.region or each.country)


def _categories(memberships: Sequence[_Membership], names: Mapping[str, str]) -> tuple[str, ...]:
    """Sorted: Google tells them in no order that means anything."""
    member_of = (each.contact_group_membership.contact_group_resource_name for each in memberships)
    return tuple(sorted({names[group] for group in member_of if names.get(group)}))


def _day(date: _Date) -> PartialDate | None:
    """A day with or without its year; None where month or day are left open. Years before 1605 are those that other programs
    write for "no year"."""
    year = date.year if date.year > 1604 else None
    if not 1 <= date.month <= 12 or not 1 <= date.day <= monthrange(year or 2000, date.month)[1]:
        return None
    return PartialDate(month=date.month, day=date.day, year=year)


def _dates(events: Sequence[_Dated], jobs: Sequence[_Organisation]) -> tuple[LabelledDate, ...]:
    """The user's dates, and the first days in jobs that have not ended."""
    labels = {"anniversary": "Anniversary", "other": ""}
    told = [(each.date, labels.get(each.type, _line(each.type))) for each in _best(events)]
    told += [(job.start_date, "work") for job in jobs if job.type != "school"]
    return tuple(dict.fromkeys(LabelledDate(date=day, label=label) for date, label in told if (day := _day(date))))


def _told_by_hand(person: Person) -> tuple[list[str], list[str], list[str]]:
    """Interests, expertise and remarks from where the user makes up the names of fields; relations are remarks."""
    interests: list[str] = []
    expertise: list[str] = []
    remarks = [each.value.strip() for each in person.biographies]
    remarks += [f"{_line(each.type) or 'relation'}: {_line(each.person)}" for each in person.relations if _line(each.person)]
    for each in person.user_defined:
        key, value = _line(each.key), _line(each.value)
        if key.casefold() in _INTERESTS:
            interests += map(str.strip, value.split(","))
        elif key.casefold() in _EXPERTISE:
            expertise += map(str.strip, value.split(","))
        elif value:
            remarks.append(f"{key}: {value}" if key else value)
    return interests, expertise, [remark for remark in remarks if remark]
