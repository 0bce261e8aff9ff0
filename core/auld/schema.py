"""The tables. ``owner`` leads every key, so that a hosted installation can be spread over machines by owner.

The log proper is ``heads``, ``events``, ``payloads`` and ``bodies``; triggers (:mod:`auld.migrations`) keep it from being
changed. On SQLite its tables have no rowid: that is one more key by which INSERT OR REPLACE could push a row out. Everything
else is a working table: it can be lost without losing truth (the next cycle reads everything again), but it is committed in
the same transaction as the events that it belongs to.

Instants are integers: microseconds since 1970 in UTC.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)

metadata = MetaData()

# As SQL, the same on both: as arguments of Index they would import all of SQLAlchemy's PostgreSQL dialect at every start.
PARTIAL_INDEXES = (
    # unique per item and revision; acts, decisions and other remarks on an item carry revision 0
    "CREATE UNIQUE INDEX events_item ON events (owner, account, ref, revision) WHERE revision > 0",
    "CREATE INDEX items_missing ON items (owner, account, collection) WHERE missing",
)

# The head row of an owner's log; appending locks it, which makes positions gapless for every reader.
heads = Table(
    "heads",
    metadata,
    Column("owner", Text, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# How commitment and chain are made is written in auld.chain.
events = Table(
    "events",
    metadata,
    Column("owner", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("account", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("occurred_at", BigInteger),
    Column("commitment", LargeBinary, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    PrimaryKeyConstraint("owner", "position"),
    sqlite_with_rowid=False,
)

# What may be erased (and nothing else): one row an event.
payloads = Table(
    "payloads",
    metadata,
    Column("owner", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("data", LargeBinary, nullable=False),
    PrimaryKeyConstraint("owner", "position"),
    sqlite_with_rowid=False,
)
bodies = Table(
    "bodies",
    metadata,
    Column("owner", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("raw", LargeBinary, nullable=False),
    PrimaryKeyConstraint("owner", "position"),
    sqlite_with_rowid=False,
)

# Positions that the erasure procedure is about to erase, within its transaction; empty otherwise. The triggers on payloads
# and bodies let nothing go that is not named here.
erasing = Table(
    "erasing",
    metadata,
    Column("owner", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    PrimaryKeyConstraint("owner", "position"),
)

# What auld knows of every external item: deduplication, and ``known`` for the sources.
items = Table(
    "items",
    metadata,
    Column("owner", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("collection", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("normaliser", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("present", Boolean, nullable=False),
    Column("missing", Boolean, nullable=False),  # not seen at the last look, but not believed to be gone yet
    Column("ours", Text, nullable=False, default=""),  # the follow-up key, if auld minted the item
    Column("problem", Text, nullable=False, default=""),
    PrimaryKeyConstraint("owner", "account", "ref"),
    Index("items_collection", "owner", "account", "collection"),
    sqlite_with_rowid=False,
)

# One row a collection: where its source goes on, and what the safety stop remembers (:mod:`auld.safety`).
collections = Table(
    "collections",
    metadata,
    Column("owner", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("collection", Text, nullable=False),
    Column("cursor", Text),
    Column("last_full", BigInteger),  # the last pull with a complete listing
    Column("last_seen", BigInteger),  # the last pull that ended well
    Column("present", Integer, nullable=False, default=0),  # items that are there and not ours
    Column("lost", Integer, nullable=False, default=0),  # losses believed since ...
    Column("lost_since", BigInteger),
    Column("suspect_since", BigInteger),
    Column("suspect_seen", BigInteger),  # last_seen when the suspicion began
    Column("suspect_looks", Integer, nullable=False, default=0),
    Column("suspect_last", BigInteger),
    Column("suspect_missing", Integer, nullable=False, default=0),
    PrimaryKeyConstraint("owner", "account", "collection"),
)

# Discovered collections, bound to the settings they were discovered with.
bindings = Table(
    "bindings",
    metadata,
    Column("owner", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("key", Text, nullable=False),  # digest of connector, url, username, selectors
    Column("data", LargeBinary, nullable=False),
    Column("bound_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("owner", "account"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("owner", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("last_ok", BigInteger),
    Column("next", BigInteger),
    Column("failures", Integer, nullable=False, default=0),
    Column("error", Text, nullable=False, default=""),
    Column("notes", Text, nullable=False, default="[]"),  # remarks about oddities, a JSON array of texts
    PrimaryKeyConstraint("owner", "account"),
)

# One breaker a (origin, user name): a refused password stops every account that uses it.
breakers = Table(
    "breakers",
    metadata,
    Column("owner", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("username", Text, nullable=False),
    Column("secret", Text, nullable=False),  # keyed digest of the secret that was refused: a changed one resets
    Column("refused_at", BigInteger, nullable=False),
    PrimaryKeyConstraint("owner", "origin", "username"),
)

# One row a follow-up that still has something to do in a calendar; gone once it is done. *What* is wanted is never stored here:
# it is the projection's word, compared anew each time. *Whether* something was sent is: the row says inflight before it is.
outbox = Table(
    "outbox",
    metadata,
    Column("owner", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("collection", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("kind", Text, nullable=False),  # create, update, remove
    Column("state", Text, nullable=False),  # pending, inflight, parked
    Column("attempts", Integer, nullable=False, default=0),
    Column("not_before", BigInteger, nullable=False, default=0),
    Column("why", Text, nullable=False, default=""),
    PrimaryKeyConstraint("owner", "key"),
)

# Projected state as of a position: a cache, thrown away whenever its code changes.
snapshots = Table(
    "snapshots",
    metadata,
    Column("owner", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("data", LargeBinary, nullable=False),
    PrimaryKeyConstraint("owner", "name"),
)

# Keyed hashes of identities that were forgotten, so that the next sync does not bring them back.
suppressions = Table(
    "suppressions",
    metadata,
    Column("owner", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    PrimaryKeyConstraint("owner", "digest"),
)

meta = Table(
    "meta",
    metadata,
    Column("key", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
