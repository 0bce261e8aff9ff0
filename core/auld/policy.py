"""What the user wants, as far as folds and the planner need it. It reaches them through the log (event ``policy.set``),
never straight from the configuration, so that a state can be rebuilt as it was (guarantee G8)."""

from __future__ import annotations

from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from auld.observations import Record


class Category(Record, frozen=True):
    """How often to be in touch with the people of a category: ``ideal`` and ``at_most`` in days.

    ``rank`` is its place in the configuration, 0 first: earlier categories matter more. ``lead`` is how many days before a
    birthday or an anniversary its entry stands (0: on the day). At most ``per_week`` of its entries stand in one calendar week;
    0: as many as the budget allows."""

    name: str
    ideal: int
    at_most: int
    rank: int = 0
    debrief: bool = False
    lead: int = 0
    per_week: int = 0


class Budget(Record, frozen=True):
    """How many follow-ups may stand on one day and in one calendar week (Monday to Sunday)."""

    per_day: int = 2
    per_week: int = 5


class Quiet(Record, frozen=True):
    """Days without follow-ups: ``weekdays`` (0 is Monday), single ``dates`` and public ``holidays`` (ISO). The holidays are
    those of some years from the one in which they were looked up."""

    weekdays: tuple[int, ...] = (5, 6)
    dates: tuple[str, ...] = ()
    holidays: tuple[str, ...] = ()


class Goals(Record, frozen=True):
    """What the user holds themselves to in one quarter: meetings, calls and people reached; 0 where there is no goal."""

    meetings: int = 0
    calls: int = 0
    reached: int = 0


class Sector(Record, frozen=True):
    """A branch that the user sees people in: ``of`` are names of organisations, mail domains or labels of cards."""

    name: str
    of: tuple[str, ...] = ()


class News(Record, frozen=True):
    """What to do with ``sensitive`` news (a death, a crime, a dismissal), which are never an occasion by themselves: show them
    in the next entry that there is anyway, or hide them."""

    sensitive: Literal["show", "hide"] = "show"


class Words(Record, frozen=True, omit_defaults=False):
    """What the user writes at the head of an entry's title to say what became of it (:mod:`auld.projections.gestures`), and the
    words by which a channel is named there; and from ``promise`` on, the words that begin a line of its description, before a
    colon (:mod:`auld.capture`). Neither case nor accents matter.

    All of it stands in the log, also what equals the defaults: a later auld with other defaults judges old titles as before."""

    done: tuple[str, ...] = (
        "✓", "✔", "☑", "✅", "[x]", "x", "done", "ok",
        "feito", "feita", "erledigt", "fait", "hecho",
    )  # fmt: skip
    not_this: tuple[str, ...] = ("–", "—", "-", "no", "não", "nein", "non", "skip")
    never: tuple[str, ...] = ("never", "nunca", "nie", "niemals", "jamais")
    call: tuple[str, ...] = (
        "call", "called", "phone", "phoned", "rang", "liguei", "telefonei",
        "angerufen", "telefoniert", "appelé", "appelée", "téléphoné", "llamé", "llamado",
    )  # fmt: skip
    mail: tuple[str, ...] = ("mail", "mailed", "email", "e-mail", "courriel", "correo")
    message: tuple[str, ...] = (
        "message", "messaged", "text", "texted", "sms", "chat", "whatsapp", "signal",
        "mensagem", "nachricht", "geschrieben", "texto", "mensaje",
    )  # fmt: skip
    met: tuple[str, ...] = (
        "met", "coffee", "lunch", "dinner", "almoço", "jantar", "getroffen", "vu", "vue", "visto", "vista",
    )  # fmt: skip
    promise: tuple[str, ...] = ("I", "me", "eu", "ich", "je", "yo")
    theirs: tuple[str, ...] = (
        "they", "he", "she", "eles", "elas", "ele", "ela", "sie", "er", "ils", "elles", "il", "elle",
        "ellos", "ellas", "él",
    )  # fmt: skip
    question: tuple[str, ...] = ("?", "question", "asked", "pergunta", "Frage", "pregunta")
    likes: tuple[str, ...] = ("likes", "interests", "gosta de", "gosta", "mag", "aime", "le gusta")
    need: tuple[str, ...] = ("need", "needs", "precisa de", "precisa", "braucht", "besoin", "necesita")
    offers: tuple[str, ...] = ("offers", "offer", "oferece", "bietet", "offre", "ofrece")
    met_through: tuple[str, ...] = ("met through", "através de", "kennengelernt durch", "rencontré par", "a través de")
    next: tuple[str, ...] = ("next", "próximo", "próxima", "nächstes Mal", "prochain", "prochaine")


class Policy(Record, frozen=True):
    """Everything that a fold or the planner may know of the configuration.

    ``timezone`` an IANA name; ``me`` own addresses and numbers as written; ``region`` the ISO 3166 code by which phone
    numbers without a country code are read; ``horizon`` in days; ``size_limit`` meetings with more attendees are no touch;
    ``ours`` the collection (account, id) that auld writes to, empty if none; ``city`` where the user lives, as written.
    ``languages`` (ISO 639) are those in which the user names days; entries are written in the first of them that auld
    can write. ``reasons_off`` are the ids of reasons that ask for nothing.
    """

    timezone: str = "UTC"
    me: tuple[str, ...] = ()
    region: str = ""
    categories: tuple[Category, ...] = ()
    budget: Budget = Budget()
    quiet: Quiet = Quiet()
    horizon: int = 14
    size_limit: int = 20
    back_off: int = 14
    ours: tuple[str, ...] = ()
    words: Words = Words()
    languages: tuple[str, ...] = ("en",)
    goals: Goals = Goals()
    sectors: tuple[Sector, ...] = ()
    interests: tuple[str, ...] = ()
    news: News = News()
    city: str = ""
    reasons_off: tuple[str, ...] = ()

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def category(self, name: str) -> Category | None:
        """The category of that name, in whatever case it was written."""
        wanted = name.casefold()
        return next((c for c in self.categories if c.name.casefold() == wanted), None)

    def is_quiet(self, day: date) -> bool:
        quiet, iso = self.quiet, day.isoformat()
        return day.weekday() in quiet.weekdays or iso in quiet.dates or iso in quiet.holidays
