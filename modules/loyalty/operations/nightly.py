"""What a night does to points, some thousand lots at a time: some begin, some expire."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from app import clock
from app.actor import current_actor
from app.bulk import insert_many
from app.db import session
from modules.loyalty.models import Account, Entry, EntryKind, LotRow
from modules.loyalty.operations import ledger

_AT_ONCE = 2_000
_ENTRIES: Any = Entry.__table__
_LOTS: Any = LotRow.__table__
_ACCOUNTS: Any = Account.__table__


def activate_due(*, on: date, at_once: int = _AT_ONCE) -> int:
    """Let points whose pending days are over be used; return how many lots those were."""
    due = (LotRow.remaining > 0, LotRow.is_pending, LotRow.active_on <= on)
    accounts, lots = _due(due, at_once)
    for account in [one for one in accounts.values() if one.debt]:
        # Whoever owes repays with them at once.
        ledger.lock(account.member_id, account.wallet_id, on=on)
    plain = [lot for lot in lots if not accounts[lot.account_id].debt]
    if plain:
        _write(plain, accounts, EntryKind.ACTIVATE)
        _change_lots(plain, is_pending=False)
    return len(lots)


def expire_due(*, on: date, at_once: int = _AT_ONCE) -> int:
    """Take away what nobody used in time; return how many lots those were."""
    due = (LotRow.remaining > 0, ~LotRow.is_pending, LotRow.expires_on <= on)
    accounts, lots = _due(due, at_once)
    if lots:
        _write(lots, accounts, EntryKind.EXPIRE)
        _change_lots(lots, expired=LotRow.expired + LotRow.remaining, remaining=0)
    return len(lots)


def _due(due: tuple[Any, ...], at_once: int) -> tuple[dict[int, Row[Any]], Sequence[Row[Any]]]:
    """Return lots that are due, and their accounts, locked as whoever spends locks them."""
    some = select(LotRow.account_id).where(*due).limit(at_once)
    keys = sorted(set(session.scalars(some)))
    if not keys:
        return {}, []
    locked = select(_ACCOUNTS).where(_ACCOUNTS.c.id.in_(keys)).order_by(_ACCOUNTS.c.id)
    accounts = {one.id: one for one in session.execute(locked.with_for_update())}
    lots = session.execute(
        select(_LOTS).where(_LOTS.c.account_id.in_(keys), *due).order_by(_LOTS.c.id)
    ).all()
    return accounts, lots


def _write(lots: Sequence[Row[Any]], accounts: dict[int, Row[Any]], kind: EntryKind) -> None:
    """Write an entry for each lot, and move the sums of their accounts."""
    begins = kind is EntryKind.ACTIVATE
    usable: dict[int, int] = defaultdict(int)
    pending: dict[int, int] = defaultdict(int)
    rows, at, actor = [], clock.now(), str(current_actor())
    for lot in lots:
        account = accounts[lot.account_id]
        usable[account.id] += lot.remaining if begins else -lot.remaining
        pending[account.id] -= lot.remaining if begins else 0
        rows.append(
            {
                "account_id": account.id,
                "kind": kind.value,
                "points": lot.remaining if begins else -lot.remaining,
                "pending": -lot.remaining if begins else 0,
                "debt": 0,
                "balance": account.points + usable[account.id] - account.debt,
                "lot_id": lot.id,
                "ref_kind": lot.ref_kind,
                "ref_id": lot.ref_id,
                "key": f"activate:{lot.id}" if begins else f"expire:{lot.id}:{lot.expired}",
                "effective_at": at,
                "expires_on": None,
                "actor": actor,
                "note": None,
            }
        )
    moved = (
        update(_ACCOUNTS)
        .where(_ACCOUNTS.c.id == bindparam("account"))
        .values(
            points=_ACCOUNTS.c.points + bindparam("usable"),
            pending=_ACCOUNTS.c.pending + bindparam("waiting"),
        )
    )
    session.connection().execute(
        moved,
        [{"account": key, "usable": usable[key], "waiting": pending[key]} for key in usable],
    )
    insert_many(_ENTRIES, rows)


def _change_lots(lots: Sequence[Row[Any]], **values: Any) -> None:
    keys = [lot.id for lot in lots]
    for start in range(0, len(keys), _AT_ONCE):
        session.execute(
            update(LotRow)
            .where(LotRow.id.in_(keys[start : start + _AT_ONCE]))
            .values(**values)
            .execution_options(synchronize_session=False)
        )
