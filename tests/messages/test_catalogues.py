"""The catalogues: complete, with the right gaps, and never mistaken for what the user types."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from string import Formatter

import pytest
from babel.messages import Message

from auld.capture.reading import read
from auld.capture.words import kind_by_word, spelled
from auld.events import Because
from auld.policy import Policy, Words
from auld.reasons import auld_reasons
from auld.reasons.base import Beside, ForTheUser
from auld.tongue import Tongue, tongue
from auld.wording import is_signature, signature, title
from messages import catalogues

LANGUAGES = tuple(catalogues.catalogues())
WORDS = Words()


def speaker(*languages: str) -> Tongue:
    return tongue(Policy(languages=languages))


def translations(language: str) -> Iterator[tuple[Message, str]]:
    """Every text of a catalogue as it is shown, each gap filled with a name."""
    for message in catalogues.read(catalogues.catalogues()[language]):
        for string in message.string if isinstance(message.string, (tuple, list)) else (message.string,):
            if message.id and string:
                gaps = {name for _, name, _, _ in Formatter().parse(str(string)) if name}
                yield message, str(string).format(**dict.fromkeys(gaps, "Zoe"))


def test_everything_that_is_said_is_translated() -> None:
    left = list(catalogues.missing())
    assert left == [], "run `make messages`, then write what is left in core/auld/locale/*/LC_MESSAGES/auld.po"


def test_nothing_is_kept_that_is_not_said_any_more() -> None:
    said = {message.id for message in catalogues.template()}
    kept = {message.id for path in catalogues.catalogues().values() for message in catalogues.read(path)}
    assert kept == said, "run `make messages`"


def test_every_text_can_be_found_by_extraction() -> None:
    assert not list(catalogues.careless()), "say() and later() take one literal, or an entry of a table marked with later()"


def test_translations_have_the_gaps_of_their_texts() -> None:
    assert list(catalogues.astray()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_tone_is_calm(language: str) -> None:
    assert [string for _, string in translations(language) if "!" in string] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_of_ours_reads_like_one_that_the_user_typed(language: str) -> None:
    """Whoever edits one of our lines must not make a promise or an interest of it."""
    kinds = kind_by_word(WORDS)
    taken = [string for _, string in translations(language) if read(string, kinds, lambda text: None).kind != "note"]
    assert taken == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_title_of_ours_begins_like_what_the_user_says_by_one(language: str) -> None:
    said = {spelled(word) for word in (*WORDS.done, *WORDS.not_this, *WORDS.never)}
    titles = [string for message, string in translations(language) if "{name}" in str(message.id)]
    assert titles and [title for title in titles if spelled(title.split()[0].strip(",.:")) in said] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_offered_to_type_is_understood(language: str) -> None:
    say = speaker(language)
    offered = {"promise": say("I"), "theirs": say("they"), "likes": say("likes"), "next": say("next")}
    assert {kind: word for kind, word in offered.items() if word not in getattr(WORDS, kind)} == {}


@pytest.mark.parametrize("language", ("en", *LANGUAGES))
def test_the_last_line_is_known_in_every_language(language: str) -> None:
    line = signature(speaker(language))
    assert is_signature(line) and is_signature(line.removeprefix("— "))


@pytest.mark.parametrize(
    ("languages", "first", "day"),
    [
        (("de", "en"), "Bei Ana melden", "12. März 2026"),
        (("pt",), "Entrar em contacto com Ana", "12 de março de 2026"),
        (("pt-br",), "Entrar em contacto com Ana", "12 de março de 2026"),
        (("fr",), "Contacter Ana", "12 mars 2026"),
        (("en", "de"), "Get in touch with Ana", "12 March 2026"),
        (("fi", "de"), "Bei Ana melden", "12. März 2026"),
        (("fi",), "Get in touch with Ana", "12 March 2026"),
    ],
)
def test_the_first_language_that_auld_can_write_is_taken(languages: tuple[str, ...], first: str, day: str) -> None:
    say = speaker(*languages)
    assert say("Get in touch with {name}", name="Ana") == first
    assert say.day(date(2026, 3, 12)) == day


@pytest.mark.parametrize(
    ("language", "number", "words"),
    [
        ("de", 1, "jede Woche, höchstens 2"),
        ("de", 4, "alle 4 Wochen, höchstens 2"),
        ("pt", 1, "todas as semanas, 2 no máximo"),
        ("pt", 4, "de 4 em 4 semanas, 2 no máximo"),
        ("fr", 1, "chaque semaine, 2 au plus"),
        ("fr", 4, "toutes les 4 semaines, 2 au plus"),
    ],
)
def test_numbers_take_the_form_of_their_language(language: str, number: int, words: str) -> None:
    assert speaker(language).plural("every week, {most} at most", "every {n} weeks, {most} at most", number, most=2) == words


def test_what_fills_a_gap_is_never_read_as_a_gap() -> None:
    assert speaker("de")("Say hello to {name}", name="{name} {0}") == "{name} {0} grüßen"


def test_who_writes_english_imports_no_catalogue() -> None:
    code = (
        "import sys; from auld.policy import Policy; from auld.tongue import tongue\n"
        "tongue(Policy(languages=('en', 'de'))); assert 'babel' not in sys.modules\n"
        "tongue(Policy(languages=('de', 'en'))); assert 'babel' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_every_reason_that_shares_an_entry_has_a_hint_in_every_language() -> None:
    sharing = [reason for reason in auld_reasons() if not isinstance(reason, Beside | ForTheUser)]
    english = {reason.id: title(speaker("en"), "", [Because(reason.id, "")]) for reason in sharing}
    for language in LANGUAGES:
        silent = [id_ for id_, hint in english.items() if title(speaker(language), "", [Because(id_, "")]) == hint]
        assert silent == [], f"auld.wording has no hint for these, or {language} no translation"
