"""Identities of people and how they are normalised: names, e-mail addresses, phone numbers.

Two spellings of the same thing must meet (``Müller, ANNA`` and ``anna muller``), two different things must not.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import phonenumbers

# Letters that Unicode does not decompose, but that people leave their stroke out of when they type without it.
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
_NOT_WORD = re.compile(r"[^\w]+")
_EMAIL = re.compile(r"^[^@\s<>\"(),;:]+@[^@\s<>\"(),;:]+$")


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Case, diacritics, punctuation and runs of white space taken away: ``"José  O’Neill"`` -> ``"jose o neill"``."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_STROKES))
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", plain.translate(_STROKES)).replace("_", " ").strip()


@lru_cache(maxsize=65536)
def normalise_email(text: str) -> str | None:
    """Lower case, ``mailto:`` taken off, the domain in its ASCII form (RFC 5891); None if it is not an address."""
    address = text.strip().strip("<>").strip()
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


@lru_cache(maxsize=65536)
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


def email_identity(text: str) -> str | None:
    """``mailto:`` identity of an address, or None."""
    address = normalise_email(text)
    return None if address is None else f"mailto:{address}"


def phone_identity(text: str, region: str = "") -> str | None:
    """``tel:`` identity of a phone number, or None."""
    number = normalise_phone(text, region)
    return None if number is None else f"tel:{number}"
