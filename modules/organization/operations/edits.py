"""How a record of the settings is made and changed: codes once, versions kept, changes written."""

import re
from collections.abc import Mapping
from typing import Any, Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import flag_modified
from stdnum import ean

from app import audit
from app.db import session
from app.errors import InvalidInput, NotFound, StaleEdit
from app.i18n import _
from app.reference import Reference
from modules.organization.errors import AlreadyExists
from modules.organization.labels import field_word


class Record(Protocol):
    """A row that is edited by version and named by its table in the audit trail."""

    __tablename__: str
    id: Any
    version: Any


Row = TypeVar("Row", bound=Record)

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_CURRENCY = re.compile(r"[A-Z]{3}")


def open_record(model: type[Row], record_id: int, *, version: int) -> Row:
    """
    Return the record to change, if nobody changed it since `version` was read.

    :raises NotFound: there is none with that id
    :raises StaleEdit: somebody did; the text says who and what
    """
    row = session.get(model, record_id)
    if row is None:
        raise NotFound(_("There is no such record here."))
    if row.version != version:
        raise StaleEdit(tell_changes(Reference(row.__tablename__, row.id), row.version - version))
    return row


def tell_changes(reference: Reference, count: int) -> str:
    """Return who changed a record in its last `count` changes, and which fields."""
    changes = audit.list_changes(reference, limit=max(1, min(count, 20)))
    who = sorted({change.actor.rpartition(":")[2] for change in changes})
    fields = sorted({name for change in changes for name in (change.new or {})})
    text: str = _(
        "%(who)s changed this record since you opened it (%(fields)s). "
        "Compare with what it says now, then save again.",
        who=", ".join(who) or _("Somebody else"),
        fields=", ".join(field_word(name) for name in fields) or "…",
    )
    return text


def make(row: Row, *, parts: Mapping[str, Any] | None = None) -> Row:
    """
    Add a record whose code is its own, and write down that it was made.

    :raises AlreadyExists: the code is taken
    """
    code = getattr(row, "code", None)
    if code is not None and not _CODE.fullmatch(code):
        raise InvalidInput(
            _("A code has 1 to 32 letters, digits, - or _, and begins with a letter or digit."),
            field="code",
        )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        model: Any = type(row)
        if code and session.scalar(select(model.id).where(model.code == code)) is not None:
            raise AlreadyExists(
                _("%(code)s is taken already. Choose another code.", code=code), field="code"
            ) from None
        raise
    written = {name: getattr(row, name) for name in _columns(row) if getattr(row, name) is not None}
    audit.record_change(
        Reference(row.__tablename__, row.id), "made", new={**written, **(parts or {})}
    )
    return row


def change(
    row: Row,
    *,
    parts: tuple[Mapping[str, Any], Mapping[str, Any]] | None = None,
    **values: Any,
) -> Row:
    """
    Write new values into a record, and write down what differs.

    `parts` are what the record was and is made of in other tables: a change there is one of the
    record, so that its version moves too.
    """
    old = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    was, now = parts or ({}, {})
    if was != now:
        flag_modified(row, "version" if not values else next(iter(values)))
    audit.record_change(
        Reference(row.__tablename__, row.id), "changed", old={**old, **was}, new={**values, **now}
    )
    session.flush()
    return row


def _columns(row: Any) -> list[str]:
    hidden = {"id", "version", "pin_hash", "password_hash"}
    return [column.key for column in row.__mapper__.column_attrs if column.key not in hidden]


# --- shapes that several records share --------------------------------------------------------


def words(value: str | None) -> str | None:
    """Return what was typed without the blanks around it; nothing typed is None."""
    return (value or "").strip() or None


def plain_gln(value: str | None) -> str | None:
    """
    Return a Global Location Number as 13 digits.

    :raises InvalidInput: its check digit is wrong
    """
    typed = words(value)
    if typed is None:
        return None
    number: str = ean.compact(typed)
    if len(number) != 13 or not ean.is_valid(number):
        raise InvalidInput(
            _("A GLN has 13 digits, of which the last checks the others. Compare it again."),
            field="gln",
        )
    return number


def plain_currency(value: str) -> str:
    """
    Return a currency in three capitals.

    :raises InvalidInput: it is no ISO 4217 code
    """
    currency = value.strip().upper()
    if not _CURRENCY.fullmatch(currency):
        raise InvalidInput(_("Write a currency in three letters, such as PLN."), field="currency")
    return currency
