"""Points by themselves: earned, spent, given back, taken back, corrected by hand."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import func, select

from app import limits
from app.db import session
from app.errors import InvalidInput
from app.i18n import _
from app.reference import Reference
from modules.loyalty.errors import NotEnoughPoints, NotInThisState
from modules.loyalty.lots import ReturnPolicy
from modules.loyalty.models import (
    Account,
    Entry,
    EntryKind,
    LotRow,
    LotUse,
    Member,
    MemberState,
    Program,
    ProgramWallet,
)
from modules.loyalty.operations import ledger
from modules.loyalty.operations.moving import move_all
from modules.loyalty.pooling import PoolMode, spend_from_pool
from modules.loyalty.queries import (
    get_household,
    get_member,
    get_program,
    household_members,
    points_wallet,
)
from modules.loyalty.validity import expiry

ADJUST = "loyalty_points"
"""The limit: how many points somebody gives or takes by hand alone."""
_MOST = 10**9


def earn(
    *,
    member: Member,
    wallet_id: int,
    points: int,
    key: str,
    on: date,
    reference: Reference = ledger.NOWHERE,
    active_on: date | None = None,
    waits: bool = False,
    note: str | None = None,
) -> bool:
    """
    Add points to a wallet, once for each key; return whether they are new.

    They count from `active_on`, else after the programme's pending days; or wait until somebody
    says from when (`waits`).
    """
    opened = ledger.lock(member.id, wallet_id, on=on)
    if points <= 0 or ledger.stands(key):
        return False
    program = get_program(member.program_id)
    begins = None if waits else active_on or on + timedelta(days=program.pending_days)
    ledger.put(
        opened,
        EntryKind.EARN_PENDING,
        points,
        key=key,
        reference=reference,
        active_on=begins,
        expires_on=expires_on(program, begins),
        note=note,
    )
    ledger.settle(opened)
    return True


def spend(
    *,
    member_id: int,
    points: int,
    reference: Reference,
    key: str,
    on: date,
    wallet_id: int | None = None,
    note: str | None = None,
) -> None:
    """
    Spend points: those that expire first, then the oldest; of a household, by its pool's rule.

    :raises NotInThisState: he is no member now
    :raises NotEnoughPoints: there are fewer
    """
    member = get_member(member_id)
    if member.state is not MemberState.ACTIVE:
        raise NotInThisState(_("This customer left the programme. Enrol the customer again first."))
    wallet = wallet_id or points_wallet(member.program_id).id
    mode, members = PoolMode.OWN_FIRST, [member]
    if member.household_id is not None:
        mode = get_household(member.household_id).mode
        members = list(household_members(member.household_id))
    opened = ledger.lock_many([(one.id, wallet) for one in members], on=on)
    if ledger.stands(key):
        return
    wallets = {str(one): opened[one, wallet].as_wallet() for one, _wallet in opened}
    after = spend_from_pool(wallets, str(member.id), points, ref=key, on=on, mode=mode)
    if after is None:
        have = sum(max(0, one.balance(on).active) for one in wallets.values())
        raise NotEnoughPoints(have, points)
    for (owner, _wallet), account in opened.items():
        parts = account.taken(after[str(owner)])
        if parts:
            own = key if owner == member.id else f"{key}:{owner}"
            ledger.take(account, EntryKind.SPEND, parts, key=own, reference=reference, note=note)


def spendable(member: Member, *, on: date) -> int:
    """Return how many points a member can spend on an order, with his household's; no lock."""
    members = [member]
    if member.household_id is not None:
        members = list(household_members(member.household_id))
    usable = (LotRow.expires_on.is_(None)) | (LotRow.expires_on > on)
    lots = (
        select(LotRow.account_id, func.sum(LotRow.remaining).label("active"))
        .where(LotRow.remaining > 0, LotRow.active_on <= on, usable)
        .group_by(LotRow.account_id)
        .subquery()
    )
    rows = session.execute(
        select(func.coalesce(lots.c.active, 0) - Account.debt)
        .join(ProgramWallet, ProgramWallet.id == Account.wallet_id)
        .outerjoin(lots, lots.c.account_id == Account.id)
        .where(
            Account.member_id.in_([one.id for one in members]),
            ProgramWallet.kind == "points",
        )
    )
    return sum(max(0, int(row[0])) for row in rows)


def spent_on(reference: Reference) -> tuple[int, int]:
    """Return how many points were spent for a thing at all, and how many still are."""
    found = select(func.sum(LotUse.points).filter(LotUse.points > 0), func.sum(LotUse.points))
    row = session.execute(
        found.join(Entry, Entry.id == LotUse.entry_id).where(
            Entry.ref_kind == reference.kind,
            Entry.ref_id == reference.id,
            Entry.kind.in_((EntryKind.SPEND, EntryKind.UNSPEND)),
        )
    ).one()
    return int(row[0] or 0), int(row[1] or 0)


def undo_spend(*, reference: Reference, key: str, on: date, points: int | None = None) -> int:
    """
    Give spent points back to the lots they came from, with their old expiry; return how many.

    Some of them only (`points`): those first that expire last. What has expired by now expires
    again at once.
    """
    spent = _spent_for(reference)
    given = 0
    wanted = sum(spent.values()) if points is None else points
    by_account: dict[tuple[int, int], dict[int, int]] = {}
    accounts: dict[int, tuple[int, int]] = {}
    for (account_id, member_id, wallet_id, lot_id), taken in spent.items():
        part = min(taken, wanted - given)
        if part > 0:
            accounts[account_id] = (member_id, wallet_id)
            by_account.setdefault((member_id, wallet_id), {})[lot_id] = -part
            given += part
    opened = ledger.lock_many(list(accounts.values()), on=on)
    for pair, parts in by_account.items():
        own = f"{key}:{pair[0]}"
        if ledger.stands(own):
            return 0
        rows = session.scalars(
            select(LotRow)
            .where(LotRow.id.in_(parts))
            .order_by(LotRow.id)
            .execution_options(populate_existing=True)
        ).all()
        account = opened[pair]
        ledger.take(
            account,
            EntryKind.UNSPEND,
            {lot: parts[lot.id] for lot in rows},
            key=own,
            reference=reference,
        )
        ledger.reload(account)
        ledger.settle(account)
        owner = get_member(pair[0])
        if owner.id != pair[0]:
            # Merged since it was spent: what came back goes where the rest went.
            move_all(
                from_member=pair[0], to_member=owner.id, wallet_id=pair[1], on=on, key=f"{own}:on"
            )
    return given


def take_back(
    *, member: Member, wallet_id: int, points: int, reference: Reference, key: str, on: date
) -> int:
    """
    Take back what a purchase earned, as far as the programme's policy goes; return how many.

    From its own lot first, then from others, then into debt; never more than it earned.
    """
    program = get_program(member.program_id)
    opened = ledger.lock(member.id, wallet_id, on=on)
    if ledger.stands(key) or ledger.stands(f"{key}:debt"):
        return 0
    points = min(points, earned_by(reference, wallet_id))
    if points <= 0:
        return 0
    policy = program.return_policy
    wallet = opened.as_wallet(policy)
    ref = f"{reference.kind}:{reference.id}"
    after = wallet.take_from(points, ref=ref, on=on)
    parts = opened.taken(after)
    taken = sum(parts.values())
    if parts:
        ledger.take(opened, EntryKind.REVERSE, parts, key=key, reference=reference)
    owed = points - taken if policy is ReturnPolicy.UNLIMITED else 0
    if owed:
        ledger.move(
            opened.account, EntryKind.DEBT, debt=owed, key=f"{key}:debt", reference=reference
        )
    return taken + owed


def begin(*, reference: Reference, from_on: date, on: date) -> None:
    """Say from when the points of a purchase count that waited for it; twice is as once."""
    rows = session.execute(
        select(LotRow.id, Account.member_id, Account.wallet_id)
        .join(Account, Account.id == LotRow.account_id)
        .where(
            LotRow.ref_kind == reference.kind,
            LotRow.ref_id == reference.id,
            LotRow.active_on.is_(None),
            LotRow.remaining > 0,
        )
    ).all()
    opened = ledger.lock_many([(member, wallet) for _lot, member, wallet in rows], on=on)
    for account in opened.values():
        program = get_program(get_member(account.account.member_id).program_id)
        for lot in account.lots:
            if (lot.ref_kind, lot.ref_id) == reference and lot.active_on is None:
                lot.active_on = from_on + timedelta(days=program.pending_days)
                lot.expires_on = expires_on(program, lot.active_on)
        session.flush()
        ledger.settle(account)


def adjust(
    *, member_id: int, points: int, reason: str, client_id: str, on: date, store_id: int,
    wallet_id: int | None = None,
) -> None:  # fmt: skip
    """
    Give a member points by hand, or (below zero) take some; the same `client_id` does it once.

    :raises InvalidInput: there is no reason, or no points
    :raises NeedsSecondPerson: they are more than the caller gives or takes alone
    :raises NotEnoughPoints: more would be taken than there are
    """
    if not reason.strip():
        raise InvalidInput(_("Say why."), field="reason", pointer="/reason")
    if not 0 < abs(points) <= _MOST:
        text = _("Write how many points are given or taken.")
        raise InvalidInput(text, field="points", pointer="/points")
    member = get_member(member_id)
    opened = ledger.lock(member.id, wallet_id or points_wallet(member.program_id).id, on=on)
    key = f"adjust:{client_id}"
    if ledger.stands(key):
        return
    limits.check({ADJUST: abs(points)}, store_id=store_id)
    if points > 0:
        end = expires_on(get_program(member.program_id), on)
        ledger.put(
            opened,
            EntryKind.ADJUST,
            points,
            key=key,
            active_on=on,
            expires_on=end,
            note=reason.strip(),
        )
        ledger.settle(opened)
        return
    after = opened.as_wallet().spend(-points, ref=key, on=on)
    if after is None:
        raise NotEnoughPoints(opened.account.balance, -points)
    ledger.take(opened, EntryKind.ADJUST, opened.taken(after), key=key, note=reason.strip())


# --- what the parts above share ---------------------------------------------------------------


def expires_on(program: Program, active_on: date | None) -> date | None:
    if active_on is None:
        return None
    return expiry(program.validity, program.valid_for, active_on)


def earned_by(reference: Reference, wallet_id: int) -> int:
    """Return what a purchase has earned in a wallet and not lost by a return, whoever has it."""
    kinds = (EntryKind.EARN_PENDING, EntryKind.REVERSE, EntryKind.DEBT)
    found = (
        select(func.sum(Entry.points + Entry.pending - Entry.debt))
        .join(Account, Account.id == Entry.account_id)
        .where(
            Entry.ref_kind == reference.kind,
            Entry.ref_id == reference.id,
            Entry.kind.in_(kinds),
            Account.wallet_id == wallet_id,
        )
    )
    return int(session.scalar(found) or 0)


def _spent_for(reference: Reference) -> Mapping[tuple[int, int, int, int], int]:
    """Return what is spent for a thing by account and lot; what expires last comes first."""
    rows: Sequence[tuple[int, int, int, int, int]] = session.execute(
        select(
            Account.id, Account.member_id, Account.wallet_id, LotUse.lot_id, func.sum(LotUse.points)
        )
        .join(Entry, Entry.id == LotUse.entry_id)
        .join(Account, Account.id == Entry.account_id)
        .join(LotRow, LotRow.id == LotUse.lot_id)
        .where(
            Entry.ref_kind == reference.kind,
            Entry.ref_id == reference.id,
            Entry.kind.in_((EntryKind.SPEND, EntryKind.UNSPEND)),
        )
        .group_by(
            Account.id,
            Account.member_id,
            Account.wallet_id,
            LotUse.lot_id,
            LotRow.expires_on,
            LotRow.earned_on,
        )
        .order_by(
            func.coalesce(LotRow.expires_on, date.max).desc(),
            LotRow.earned_on.desc(),
            LotUse.lot_id.desc(),
        )
    ).all()
    return {(row[0], row[1], row[2], row[3]): int(row[4]) for row in rows if row[4] > 0}
