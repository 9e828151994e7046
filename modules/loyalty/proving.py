"""The proof of the points: sums are those of the entries, lots those of what made and used them."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from app.db import session
from app.module import Difference
from modules.loyalty.models import Account, Entry, EntryKind, LotRow, LotUse

_FIRST = 100
_BY_USES = (
    EntryKind.SPEND,
    EntryKind.UNSPEND,
    EntryKind.REVERSE,
    EntryKind.DEBT_REPAY,
    EntryKind.TRANSFER,
    EntryKind.ADJUST,
)


def prove_points() -> Iterator[Difference]:
    """Yield every sum that is not that of its entries, and every entry that is not linked."""
    yield from _prove_sums()
    yield from _prove_lots()
    yield from _prove_links()


def _prove_sums() -> Iterator[Difference]:
    sums = (
        select(
            Entry.account_id,
            func.sum(Entry.points).label("points"),
            func.sum(Entry.pending).label("pending"),
            func.sum(Entry.debt).label("debt"),
        )
        .group_by(Entry.account_id)
        .subquery()
    )
    for name in ("points", "pending", "debt"):
        expected, kept = func.coalesce(sums.c[name], 0), getattr(Account, name)
        rows = session.execute(
            select(Account.id, expected, kept)
            .outerjoin(sums, sums.c.account_id == Account.id)
            .where(kept != expected)
            .order_by(Account.id)
            .limit(_FIRST)
        )
        for key, should, has in rows:
            yield _difference(f"account {key} {name}", should, has)
    open_lots = (
        select(LotRow.account_id, func.sum(LotRow.remaining).label("total"))
        .group_by(LotRow.account_id)
        .subquery()
    )
    left = func.coalesce(open_lots.c.total, 0)
    rows = session.execute(
        select(Account.id, Account.points + Account.pending, left)
        .outerjoin(open_lots, open_lots.c.account_id == Account.id)
        .where(Account.points + Account.pending != left)
        .order_by(Account.id)
        .limit(_FIRST)
    )
    for key, should, has in rows:
        yield _difference(f"account {key} left in its lots", should, has)


def _prove_lots() -> Iterator[Difference]:
    """Yield lots of which another number is left than their entries and uses say."""
    named = _summed(Entry.lot_id, Entry.points + Entry.pending, Entry.lot_id.is_not(None))
    used = _summed(LotUse.lot_id, LotUse.points)
    expected = func.coalesce(named.c.total, 0) - func.coalesce(used.c.total, 0)
    rows = session.execute(
        select(LotRow.id, expected, LotRow.remaining)
        .outerjoin(named, named.c.owner == LotRow.id)
        .outerjoin(used, used.c.owner == LotRow.id)
        .where(LotRow.remaining != expected)
        .order_by(LotRow.id)
        .limit(_FIRST)
    )
    for key, should, has in rows:
        yield _difference(f"lot {key} left", should, has)


def _prove_links() -> Iterator[Difference]:
    """Yield entries that took something else from lots than they say."""
    used = _summed(LotUse.entry_id, LotUse.points)
    linked = func.coalesce(used.c.total, 0)
    rows = session.execute(
        select(Entry.id, -Entry.points - Entry.pending, linked)
        .outerjoin(used, used.c.owner == Entry.id)
        .where(
            Entry.kind.in_(_BY_USES),
            Entry.lot_id.is_(None),
            -Entry.points - Entry.pending != linked,
        )
        .order_by(Entry.id)
        .limit(_FIRST)
    )
    for key, should, has in rows:
        yield _difference(f"entry {key} linked to lots", should, has)


def _summed(owner: Any, amount: Any, *only: Any) -> Any:
    found = select(owner.label("owner"), func.sum(amount).label("total"))
    return found.where(*only).group_by(owner).subquery()


def _difference(entry: str, expected: Any, found: Any) -> Difference:
    return Difference(ledger="points", entry=entry, expected=int(expected), found=int(found))
