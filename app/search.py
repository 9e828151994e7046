"""Finding by fragments: letters folded alike in both databases, with a trigram index each."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, column, event, literal, select, table
from sqlalchemy.schema import DDL, Table

from app.db import database
from app.folding import fold as fold


def index_statements(name: str, dialect: str) -> tuple[list[str], list[str]]:
    """Return the SQL that makes and drops the index `fts_<name>` over `<name>.search`."""
    if dialect == "postgresql":
        make = [
            "CREATE EXTENSION IF NOT EXISTS pg_trgm",
            f'CREATE INDEX fts_{name} ON "{name}" USING gin (search gin_trgm_ops)',
        ]
        return make, [f"DROP INDEX fts_{name}"]
    # DDL takes no parameters; the name is that of a table of ours.
    into = f"INSERT INTO fts_{name}"
    change = f"{into}(fts_{name}, rowid, search) VALUES ('delete', old.id, old.search);"
    add = f"{into}(rowid, search) VALUES (new.id, new.search);"
    make = [
        f"CREATE VIRTUAL TABLE fts_{name} USING fts5("
        f"search, content='{name}', content_rowid='id', tokenize='trigram', detail=none)",
        f'CREATE TRIGGER fts_{name}_insert AFTER INSERT ON "{name}" BEGIN {add} END',
        f'CREATE TRIGGER fts_{name}_delete AFTER DELETE ON "{name}" BEGIN {change} END',
        f'CREATE TRIGGER fts_{name}_update AFTER UPDATE OF search ON "{name}" '
        f"WHEN old.search IS NOT new.search BEGIN {change} {add} END",
    ]
    return make, [f"DROP TABLE fts_{name}"]


def make_searchable(target: Table) -> None:
    """Give a table with columns `id` and `search` its trigram index when it is created."""
    for dialect in ("sqlite", "postgresql"):
        for statement in index_statements(target.name, dialect)[0]:
            ddl = DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]
            ddl = ddl.execute_if(dialect=dialect)
            event.listen(target, "after_create", ddl)
    target.info["searchable"] = True


def contains(model: Any, words: str | Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that the row's `search` holds each of the words, anywhere."""
    wanted = fold(words).split() if isinstance(words, str) else [fold(one) for one in words]
    patterns = [f"%{_escaped(word)}%" for word in wanted]
    name = model.__table__.name
    if database().dialect == "postgresql" or not patterns:
        return and_(literal(True), *(model.search.like(one, escape="\\") for one in patterns))
    # The trigram index answers LIKE only without an ESCAPE clause, and only from three letters on:
    # short words, and the wildcards in a text, are left to a second look at the rows that remain.
    index = table(f"fts_{name}", column("rowid"), column("search"))
    long = [word for word in wanted if len(word) > 2]
    # All of them in one question: the index then intersects before it looks at any row.
    indexed = select(index.c.rowid).where(*(index.c.search.like(f"%{word}%") for word in long))
    return and_(
        *([model.id.in_(indexed)] if long else []),
        *(
            model.search.like(pattern, escape="\\")
            for word, pattern in zip(wanted, patterns, strict=True)
            if word not in long or "%" in word or "_" in word
        ),
    )


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
