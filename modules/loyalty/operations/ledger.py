"""
The ledger of one account: its sums, its lots and the entry behind them are moved together.

What is taken from which lot is decided by the pure `Wallet`; here its answer is written down.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm.attributes import set_committed_value

from app import clock
from app.actor import current_actor
from app.db import database, session
from app.reference import Reference
from modules.loyalty.errors import NotEnoughPoints
from modules.loyalty.lots import Lot, ReturnPolicy, Terms, Wallet
from modules.loyalty.models import Account, Entry, EntryKind, LotRow, LotUse

NOWHERE = Reference("", 0)
_FAR = date.max


class Open:
    """One account while it is locked: its row, the lots of which something is left, and a day."""

    def __init__(self, account: Account, lots: Sequence[LotRow], on: date) -> None:
        self.account, self.on = account, on
        self.lots = list(lots)

    def as_wallet(self, policy: ReturnPolicy = ReturnPolicy.WITHIN_BALANCE) -> Wallet:
        """Return the account as the pure rules know it; a lot's place is that in `lots`."""
        lots = tuple(
            Lot(
                ref=_name(lot.ref_kind, lot.ref_id),
                points=lot.points,
                left=lot.remaining,
                earned_on=lot.earned_on,
                active_on=lot.active_on if lot.active_on is not None else _FAR,
                expires_on=lot.expires_on,
            )
            for lot in self.lots
        )
        return Wallet(terms=Terms(return_policy=policy), lots=lots, debt=self.account.debt)

    def taken(self, after: Wallet) -> dict[LotRow, int]:
        """Return what a pure act took from which lot."""
        return {
            lot: lot.remaining - pure.left
            for lot, pure in zip(self.lots, after.lots, strict=True)
            if lot.remaining != pure.left
        }


def lock(member_id: int, wallet_id: int, *, on: date) -> Open:
    """Return an account once whoever moves its points has ended, as it stands on a day."""
    opened = Open(_locked(member_id, wallet_id), [], on)
    reload(opened)
    settle(opened)
    return opened


def lock_many(pairs: Sequence[tuple[int, int]], *, on: date) -> dict[tuple[int, int], Open]:
    """Return several accounts, locked in one order, so that two who take turns cannot block."""
    return {pair: lock(*pair, on=on) for pair in sorted(set(pairs))}


def reload(opened: Open) -> None:
    found = select(LotRow).where(LotRow.account_id == opened.account.id, LotRow.remaining > 0)
    fresh = found.order_by(LotRow.id).execution_options(populate_existing=True)
    opened.lots = list(session.scalars(fresh).all())


def settle(opened: Open) -> None:
    """Let what is due begin and expire, and repay what is owed, up to the account's day."""
    on = opened.on
    for lot in opened.lots:
        if lot.is_pending and lot.active_on is not None and lot.active_on <= on:
            activate(opened, lot)
    for lot in opened.lots:
        if not lot.is_pending and lot.expires_on is not None and lot.expires_on <= on:
            expire(opened, lot)
    opened.lots = [lot for lot in opened.lots if lot.remaining]
    if opened.account.debt and opened.account.points:
        parts = opened.taken(opened.as_wallet().repay(on))
        if parts:
            key = f"repay:{opened.account.id}:{_count(opened.account.id)}"
            repaid = sum(parts.values())
            take(opened, EntryKind.DEBT_REPAY, parts, debt=-repaid, key=key)


def activate(opened: Open, lot: LotRow) -> None:
    move(
        opened.account,
        EntryKind.ACTIVATE,
        points=lot.remaining,
        pending=-lot.remaining,
        key=f"activate:{lot.id}",
        lot=lot,
    )
    lot.is_pending = False
    session.flush()


def expire(opened: Open, lot: LotRow) -> None:
    move(
        opened.account,
        EntryKind.EXPIRE,
        points=-lot.remaining,
        # With what expired of it before: points that were given back may expire once more.
        key=f"expire:{lot.id}:{lot.expired}",
        lot=lot,
    )
    lot.expired, lot.remaining = lot.expired + lot.remaining, 0
    session.flush()


def put(
    opened: Open,
    kind: EntryKind,
    points: int,
    *,
    key: str,
    reference: Reference = NOWHERE,
    active_on: date | None,
    expires_on: date | None,
    earned_on: date | None = None,
    note: str | None = None,
) -> LotRow:
    """Add a lot; it is pending until it is settled on its day."""
    lot = LotRow(
        account_id=opened.account.id,
        ref_kind=reference.kind or None,
        ref_id=reference.id or None,
        points=points,
        remaining=points,
        is_pending=True,
        earned_on=earned_on or opened.on,
        active_on=active_on,
        expires_on=expires_on,
    )
    session.add(lot)
    session.flush()
    opened.lots.append(lot)
    move(
        opened.account,
        kind,
        pending=points,
        key=key,
        lot=lot,
        reference=reference,
        note=note,
        expires_on=expires_on,
    )
    return lot


def take(
    opened: Open,
    kind: EntryKind,
    parts: Mapping[LotRow, int],
    *,
    key: str,
    debt: int = 0,
    reference: Reference = NOWHERE,
    note: str | None = None,
) -> None:
    """Take points from lots (below zero: give them back to theirs), and remember from which."""
    pending = sum(points for lot, points in parts.items() if lot.is_pending)
    entry_id = move(
        opened.account,
        kind,
        points=pending - sum(parts.values()),
        pending=-pending,
        debt=debt,
        key=key,
        reference=reference,
        note=note,
    )
    for lot, points in parts.items():
        left = session.execute(
            update(LotRow)
            .where(LotRow.id == lot.id, LotRow.remaining >= points)
            .values(remaining=LotRow.remaining - points)
            .returning(LotRow.remaining)
            .execution_options(synchronize_session=False)
        ).scalar()
        if left is None:
            raise NotEnoughPoints(lot.remaining, points)
        set_committed_value(lot, "remaining", left)
    session.execute(
        insert(LotUse),
        [{"entry_id": entry_id, "lot_id": lot.id, "points": one} for lot, one in parts.items()],
    )
    session.flush()


def move(
    account: Account,
    kind: EntryKind,
    *,
    points: int = 0,
    pending: int = 0,
    debt: int = 0,
    key: str,
    lot: LotRow | None = None,
    reference: Reference = NOWHERE,
    note: str | None = None,
    expires_on: date | None = None,
) -> int:
    """
    Move the sums of an account and write the entry; return its key.

    :raises NotEnoughPoints: one of the sums would go below zero
    """
    sums = (Account.points + points, Account.pending + pending, Account.debt + debt)
    after = session.execute(
        update(Account)
        .where(Account.id == account.id, *(one >= 0 for one in sums))
        .values(points=sums[0], pending=sums[1], debt=sums[2])
        .returning(Account.points, Account.pending, Account.debt)
        .execution_options(synchronize_session=False)
    ).first()
    if after is None:
        raise NotEnoughPoints(account.points - account.debt, -points)
    for name, value in after._asdict().items():
        set_committed_value(account, name, value)
    values = {
        "account_id": account.id,
        "kind": kind,
        "points": points,
        "pending": pending,
        "debt": debt,
        "balance": after.points - after.debt,
        "lot_id": lot.id if lot is not None else None,
        "ref_kind": reference.kind or (lot.ref_kind if lot is not None else None),
        "ref_id": reference.id or (lot.ref_id if lot is not None else None),
        "key": key,
        "effective_at": clock.now(),
        "expires_on": expires_on,
        "actor": str(current_actor()),
        "note": note,
    }
    return int(session.execute(insert(Entry).values(values).returning(Entry.id)).scalar_one())


def reference_of(lot: LotRow) -> Reference:
    """Return what a lot was earned for."""
    return Reference(lot.ref_kind or "", lot.ref_id or 0)


def stands(key: str) -> bool:
    """Test whether the act of this key is written already."""
    return session.scalar(select(Entry.id).where(Entry.key == key)) is not None


def _locked(member_id: int, wallet_id: int) -> Account:
    known = (
        select(Account)
        .where(Account.member_id == member_id, Account.wallet_id == wallet_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    account = session.scalar(known)
    if account is None:
        new: Any = pg_insert if database().dialect == "postgresql" else sqlite_insert
        empty = {"member_id": member_id, "wallet_id": wallet_id}
        sums = {"points": 0, "pending": 0, "debt": 0}
        session.execute(new(Account).values(**empty, **sums).on_conflict_do_nothing())
        account = session.scalars(known).one()
    return account


def _count(account_id: int) -> int:
    found = select(func.count()).select_from(Entry).where(Entry.account_id == account_id)
    return session.scalar(found) or 0


def _name(kind: str | None, key: int | None) -> str:
    return f"{kind}:{key}"
