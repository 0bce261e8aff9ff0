"""Identities of people and how they are normalised: names, e-mail addresses, phone numbers, profiles.

Two spellings of the same thing must meet (``Müller, ANNA`` and ``anna muller``), two different things must not. An
*address* is what one writes to; an *identity* is what somebody is known by, so that the spellings of one mailbox are one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote, urlsplit

import phonenumbers

# Letters that Unicode does not decompose, but that people leave their stroke out of when they type without it.
_STROKES = (
    ("ø", "o"), ("ł", "l"), ("đ", "d"), ("ħ", "h"), ("ı", "i"), ("æ", "ae"), ("œ", "oe"), ("þ", "th"), ("ð", "d"),
)  # fmt: skip
_NOT_WORD = re.compile(r"[^\w]+")
_EMAIL = re.compile(r"^[^@\s<>\"(),;:]+@[^@\s<>\"(),;:]+$")

_REMEMBERED = 4096
"""Texts whose normal form is kept: enough for the people one deals with, little for an address book of any size."""

_DOTS_MEAN_NOTHING = frozenset({"gmail.com", "googlemail.com"})

_ROLE_WORDS = """
    abuse accounting accounts admin billing bookings careers contact customerservice enquiries feedback finance hello help
    helpdesk hostmaster hr info inquiries invoices jobs legal mail marketing newsletter no-reply noreply office orders
    postmaster press privacy reception recruiting reservations root sales secretary security service support team webmaster
    accueil buero comercial geral info kontakt secretaria vendas ventas vertrieb
"""
ROLES = frozenset(_ROLE_WORDS.split())
"""Local parts that stand for a function, not for a human (RFC 2142 and custom)."""

_ONE_PERSON_EACH = {
    "bsky.app": r"/profile/([^/]+)",
    "facebook.com": r"/((?!profile\.php|people/|groups/|pages/|events/)[^/]+)",
    "github.com": r"/([^/]+)",
    "gitlab.com": r"/([^/]+)",
    "instagram.com": r"/([^/]+)",
    "keybase.io": r"/([^/]+)",
    "linkedin.com": r"/in/([^/]+)",
    "medium.com": r"/@([^/]+)",
    "orcid.org": r"/([\dx-]{19})",
    "researchgate.net": r"/profile/([^/]+)",
    "t.me": r"/([^/]+)",
    "threads.net": r"/@([^/]+)",
    "twitter.com": r"/([^/]+)",
    "xing.com": r"/profile/([^/]+)",
}
"""Hosts at which a page of this path is one person's profile; deeper and other pages are not."""

_SAME_HOST = {"x.com": "twitter.com", "fb.com": "facebook.com", "threads.com": "threads.net"}
_FEDIVERSE = re.compile(r"/(@[\w.-]+)")
_PROFILES = {host: re.compile(path) for host, path in _ONE_PERSON_EACH.items()}


@lru_cache(maxsize=_REMEMBERED)
def fold(text: str) -> str:
    """Case, diacritics, punctuation and runs of white space taken away: ``"José  O’Neill"`` -> ``"jose o neill"``."""
    plain = text.casefold()
    return _words(plain if plain.isascii() else "".join(c for c in _decomposed(plain) if not unicodedata.combining(c)))


def fold_each(texts: Iterable[str]) -> list[str]:
    """:func:`fold` of each, for many thousands that are not worth remembering. None may hold a line break."""
    decomposed = _decomposed("\n".join(texts).casefold())
    marks = "".join(c for c in set(decomposed) if unicodedata.combining(c))
    plain = re.sub(f"[{marks}]", "", decomposed) if marks else decomposed
    return [line if line.isalnum() else _words(line) for line in plain.split("\n")]


def _decomposed(folded: str) -> str:
    decomposed = unicodedata.normalize("NFKD", folded)
    for letter, plain in _STROKES:
        decomposed = decomposed.replace(letter, plain)
    return decomposed


def _words(plain: str) -> str:
    return _NOT_WORD.sub(" ", plain).replace("_", " ").strip()


@lru_cache(maxsize=_REMEMBERED)
def normalise_email(text: str) -> str | None:
    """Lower case, ``mailto:`` taken off, the local part in NFC (RFC 6532 section 3.1), the domain in its ASCII form (RFC 3490);
    None if it is not an address."""
    address = unicodedata.normalize("NFC", text.strip().strip("<>").strip())
    if address[:7].casefold() == "mailto:":
        address = address[7:].partition("?")[0]
    if not _EMAIL.match(address):
        return None
    local, _, domain = address.rpartition("@")
    if not domain.isascii():
        try:
            domain = domain.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    return f"{local.casefold()}@{domain.casefold().rstrip('.')}"


def mailbox(address: str) -> str:
    """The mailbox behind a normalised address: without what follows a plus sign (RFC 5233), at Gmail also without dots and by
    one of its two domains."""
    local, _, domain = address.rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _DOTS_MEAN_NOTHING:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


@lru_cache(maxsize=_REMEMBERED)
def normalise_phone(text: str, region: str = "") -> str | None:
    """E.164 (``+351912345678``), read with ``region`` where there is no country code; None if it is no possible number."""
    number = text.strip()
    if number[:4].casefold() == "tel:":
        number = number[4:]
    try:
        parsed = phonenumbers.parse(number, region.upper() or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def normalise_profile(text: str) -> str | None:
    """``linkedin.com/in/ana-lima``, of one person's page at a host where people have pages, however its address is written;
    None for any other address."""
    url = text.strip()
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("mobile.")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not host:
        return None
    if host.endswith(".linkedin.com"):  # pt.linkedin.com
        host = "linkedin.com"
    host = _SAME_HOST.get(host, host)
    path = unquote(parts.path).rstrip("/").casefold()
    if host == "facebook.com" and path == "/profile.php":
        number = re.search(r"(?:^|&)id=(\d+)", parts.query)
        return f"{host}/{number[1]}" if number else None
    known = _PROFILES.get(host)
    match = known.fullmatch(path) if known else _FEDIVERSE.fullmatch(path)
    return f"{host}{path}" if match else None


def email_identity(text: str) -> str | None:
    """``mailto:`` identity of the mailbox behind an address, or None."""
    address = normalise_email(text)
    return None if address is None else f"mailto:{mailbox(address)}"


def phone_identity(text: str, region: str = "") -> str | None:
    """``tel:`` identity of a phone number, or None."""
    number = normalise_phone(text, region)
    return None if number is None else f"tel:{number}"


def profile_identity(text: str) -> str | None:
    """``https:`` identity of a person's profile page, or None."""
    profile = normalise_profile(text)
    return None if profile is None else f"https://{profile}"


def is_role(address: str) -> bool:
    """Does a ``mailto:`` identity stand for a function?"""
    return address.removeprefix("mailto:").partition("@")[0] in ROLES


@lru_cache(maxsize=_REMEMBERED)
def phone_country(number: str) -> str:
    """The ISO 3166 code of the country of a normalised number; empty where several share its prefix and none is told."""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    except phonenumbers.NumberParseException:
        return ""
