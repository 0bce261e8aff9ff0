"""Names of countries in many languages, as ISO 3166 codes: what stands in the last line of an address.

Babel's names (Unicode CLDR) are read one language at a time, and only until a name is found: English is enough for most logs.
"""

from __future__ import annotations

from functools import cache, lru_cache

from auld.people import fold

LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl", "pl", "sv", "da", "ru", "ja")
"""In which addresses name countries, those of most addresses first."""

_ALSO = {
    "america": "US",
    "czech republic": "CZ",
    "england": "GB",
    "great britain": "GB",
    "holland": "NL",
    "northern ireland": "GB",
    "republic of ireland": "IE",
    "scotland": "GB",
    "the netherlands": "NL",
    "u k": "GB",
    "u s a": "US",
    "u s": "US",
    "uae": "AE",
    "uk": "GB",
    "united states of america": "US",
    "usa": "US",
    "wales": "GB",
}


@lru_cache(maxsize=1024)
def country_code(text: str, languages: tuple[str, ...] = LANGUAGES) -> str:
    """The ISO 3166 code of a country as somebody wrote it, by its code or by its name in English or one of the languages;
    empty if it is none. To try many languages for what may be no country costs a megabyte for each."""
    written, folded = text.strip(), fold(text)
    if not folded or any(map(str.isdigit, folded)):
        return ""
    if folded in _ALSO:
        return _ALSO[folded]
    if len(written) == 2 and written.isascii():
        return written.upper() if written.upper() in _names("en").values() else ""
    for language in dict.fromkeys(("en", *languages)):
        if code := _names(language).get(folded):
            return code
    return ""


@cache
def _names(language: str) -> dict[str, str]:
    from babel import UnknownLocaleError
    from babel.core import Locale

    try:
        territories = Locale.parse(language, sep="-").territories
    except (UnknownLocaleError, ValueError):
        return {}
    return {fold(name): code for code, name in territories.items() if len(code) == 2 and code.isalpha()}
