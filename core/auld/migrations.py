"""The steps that bring a database from one schema version to the next, and the triggers that guard the log.

The first step makes the schema as it was first released; a later change appends a step and never edits one that was
released. The version stands in ``meta`` and each step commits together with it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, inspect

from auld import schema
from auld.errors import ConfigurationWrong

Migration = Callable[[Connection], None]

_LOG = ("events", "payloads", "bodies")
_ERASABLE = ("payloads", "bodies")

# BEFORE INSERT closes what INSERT OR REPLACE leaves open: it deletes without firing delete triggers, unless the connection
# at hand set recursive_triggers, which somebody else's does not.
_SQLITE_GUARDS = {
    "events": """
CREATE TRIGGER events_keep_insert BEFORE INSERT ON events
WHEN EXISTS (SELECT 1 FROM events WHERE owner = NEW.owner AND position = NEW.position)
  OR NEW.revision > 0 AND EXISTS (SELECT 1 FROM events WHERE owner = NEW.owner AND account = NEW.account
                                  AND ref = NEW.ref AND revision = NEW.revision AND revision > 0)
BEGIN SELECT RAISE(ABORT, 'the log is append-only: events'); END""",
    "payloads": """
CREATE TRIGGER payloads_keep_insert BEFORE INSERT ON payloads
WHEN EXISTS (SELECT 1 FROM payloads WHERE owner = NEW.owner AND position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'the log is append-only: payloads'); END""",
    "bodies": """
CREATE TRIGGER bodies_keep_insert BEFORE INSERT ON bodies
WHEN EXISTS (SELECT 1 FROM bodies WHERE owner = NEW.owner AND position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'the log is append-only: bodies'); END""",
    "heads": """
CREATE TRIGGER heads_keep_insert BEFORE INSERT ON heads
WHEN EXISTS (SELECT 1 FROM heads WHERE owner = NEW.owner)
BEGIN SELECT RAISE(ABORT, 'the log is append-only: heads'); END""",
}

_POSTGRESQL_REFUSAL = (
    "RAISE EXCEPTION USING MESSAGE = 'the log is append-only: ' || TG_TABLE_NAME, ERRCODE = 'integrity_constraint_violation';"
)
_POSTGRESQL_GUARDS = (
    f"""
CREATE FUNCTION auld_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {_POSTGRESQL_REFUSAL} END $$""",
    f"""
CREATE FUNCTION auld_keep_unless_erasing() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM erasing WHERE owner = OLD.owner AND position = OLD.position) THEN {_POSTGRESQL_REFUSAL} END IF;
  RETURN OLD;
END $$""",
    f"""
CREATE FUNCTION auld_head_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.owner <> OLD.owner OR NEW.position < OLD.position THEN {_POSTGRESQL_REFUSAL} END IF;
  RETURN NEW;
END $$""",
)


def _guard_sqlite(connection: Connection) -> None:
    for statement in _SQLITE_GUARDS.values():
        connection.exec_driver_sql(statement)
    for table in (*_LOG, "heads"):
        when = ""
        if table in _ERASABLE:
            when = "WHEN NOT EXISTS (SELECT 1 FROM erasing WHERE owner = OLD.owner AND position = OLD.position)"
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_keep_delete BEFORE DELETE ON {table} {when} "
            f"BEGIN SELECT RAISE(ABORT, 'the log is append-only: {table}'); END"
        )
        when = "WHEN NEW.owner <> OLD.owner OR NEW.position < OLD.position" if table == "heads" else ""
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_keep_update BEFORE UPDATE ON {table} {when} "
            f"BEGIN SELECT RAISE(ABORT, 'the log is append-only: {table}'); END"
        )


def _guard_postgresql(connection: Connection) -> None:
    for statement in _POSTGRESQL_GUARDS:
        connection.exec_driver_sql(statement)
    for table in (*_LOG, "heads"):
        delete = "auld_keep_unless_erasing" if table in _ERASABLE else "auld_keep"
        update = "auld_head_grows" if table == "heads" else "auld_keep"
        for event, function in (("delete", delete), ("update", update)):
            connection.exec_driver_sql(
                f"CREATE TRIGGER {table}_keep_{event} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"
            )
        connection.exec_driver_sql(
            f"CREATE TRIGGER {table}_keep_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION auld_keep()"
        )


def create_first_schema(connection: Connection) -> None:
    """Version 1: all tables, and the guards of the log."""
    schema.metadata.create_all(connection, checkfirst=False)
    for statement in schema.PARTIAL_INDEXES:
        connection.exec_driver_sql(statement)
    (_guard_postgresql if connection.dialect.name == "postgresql" else _guard_sqlite)(connection)


MIGRATIONS: Sequence[Migration] = (create_first_schema,)


def version(connection: Connection) -> int:
    """The schema version of the database, 0 where there is none yet.

    Raises ConfigurationWrong if the database belongs to another program.
    """
    tables = set(inspect(connection).get_table_names())
    if "meta" in tables:
        row = connection.exec_driver_sql("SELECT value FROM meta WHERE key = 'schema'").fetchone()
        if row is not None:
            return int(row[0])
    if taken := tables & set(schema.metadata.tables):
        raise ConfigurationWrong(f"the store holds tables of another program ({', '.join(sorted(taken))}); name another place")
    return 0


def migrate(connection: Connection, migrations: Sequence[Migration]) -> None:
    """Bring the database up to the last of ``migrations``, within the transaction of ``connection``."""
    at = version(connection)
    if at > len(migrations):
        raise ConfigurationWrong(f"the store was written by a newer auld (schema {at}, this one knows {len(migrations)})")
    for step in migrations[at:]:
        step(connection)
    if at < len(migrations):
        connection.execute(schema.meta.delete().where(schema.meta.c.key == "schema"))
        connection.execute(schema.meta.insert().values(key="schema", value=str(len(migrations))))
