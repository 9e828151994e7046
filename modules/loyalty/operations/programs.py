"""Setting up a programme: its terms, wallets, tiers, rules and rewards."""

from dataclasses import fields
from typing import Any

from sqlalchemy import select

from app import audit, clock
from app.db import session
from app.errors import InvalidInput
from app.i18n import _
from app.money import MOST_MINOR
from modules.loyalty import presence
from modules.loyalty.errors import NotInThisState, StaleProgram, StillUsed
from modules.loyalty.given import ProgramData
from modules.loyalty.models import (
    Account,
    Program,
    ProgramState,
    ProgramWallet,
    SpendAs,
    Validity,
    WalletKind,
)
from modules.loyalty.operations.shapes import (
    add_row,
    check_count,
    plain_code,
    plain_name,
    reference_of,
)
from modules.loyalty.queries import (
    get_program,
    points_wallet,
    wallets_of,
)

_MOST_DAYS = 3650
_COUNTED = (
    "earn_points",
    "least_order_minor",
    "most_per_receipt",
    "most_per_day",
    "step_points",
    "step_minor",
    "referrer_points",
    "friend_points",
    "referrals_per_month",
)
_DAYS = ("pending_days", "valid_for", "grace_days", "referral_days")


def create_program(*, code: str, data: ProgramData) -> Program:
    """
    Write a programme down, with its wallet of points. Nothing earns before it is opened.

    :raises CodeTaken: another programme has the code
    :raises InvalidInput: a term cannot be; its field and pointer name it
    """
    code = plain_code(code)
    values = _plain_terms(data)
    program = Program(code=code, **values)
    add_row(program, select(Program.id).where(Program.code == code), code)
    session.add(
        ProgramWallet(
            program_id=program.id, code="points", name=program.unit_name, kind=WalletKind.POINTS
        )
    )
    session.flush()
    audit.record_change(reference_of(program), "created", new={"code": code, **values})
    return program


def update_program(*, program_id: int, version: int, data: ProgramData) -> Program:
    """
    Change the terms; what was earned keeps those of its day.

    :raises StaleProgram: somebody changed it since `version` was read
    :raises InvalidInput: a term cannot be
    """
    program = _open(program_id, version)
    values = _plain_terms(data)
    old = {name: getattr(program, name) for name in values}
    if old == values:
        return program
    for name, value in values.items():
        setattr(program, name, value)
    points_wallet(program.id).name = program.unit_name
    audit.record_change(reference_of(program), "changed", old=old, new=values)
    session.flush()
    return program


def data_of(program: Program) -> ProgramData:
    """Return the terms of a programme as they would be given, to change some of them."""
    return ProgramData(**{one.name: getattr(program, one.name) for one in fields(ProgramData)})


def open_program(*, program_id: int, version: int) -> Program:
    """
    Let members join and earn, for the first time or again.

    :raises StaleProgram: somebody changed it since `version` was read
    :raises NotInThisState: it is open already
    """
    presence.forget()
    return _move(program_id, version, ProgramState.ACTIVE, "opened")


def close_program(*, program_id: int, version: int) -> Program:
    """
    Let nobody join or earn any more; what members have can be spent until it expires.

    :raises StaleProgram: somebody changed it since `version` was read
    :raises NotInThisState: it is not open
    """
    return _move(program_id, version, ProgramState.CLOSED, "closed", ProgramState.ACTIVE)


def add_wallet(*, program_id: int, code: str, name: str, kind: WalletKind) -> ProgramWallet:
    """
    Give the members of a programme another wallet: of status points or of stamps.

    :raises CodeTaken: the programme has a wallet of this code
    :raises InvalidInput: it would be a second one of points to spend, or of status
    """
    program = get_program(program_id)
    code, name = plain_code(code), plain_name(name)
    if kind is not WalletKind.STAMPS and any(one.kind is kind for one in wallets_of(program_id)):
        text = _("A programme has one wallet of this kind. Choose stamps, or change the other one.")
        raise InvalidInput(text, field="kind", pointer="/kind")
    wallet = ProgramWallet(program_id=program_id, code=code, name=name, kind=kind)
    known = select(ProgramWallet.id).where(
        ProgramWallet.program_id == program_id, ProgramWallet.code == code
    )
    add_row(wallet, known, code)
    audit.record_change(reference_of(program), "wallet added", new={"code": code, "name": name})
    return wallet


# --- what the parts above share ---------------------------------------------------------------


def _open(program_id: int, version: int) -> Program:
    program = get_program(program_id)
    session.refresh(program, with_for_update=True)
    if program.version != version:
        raise StaleProgram(program.name)
    return program


def _move(
    program_id: int, version: int, state: ProgramState, act: str, *only: ProgramState
) -> Program:
    program = _open(program_id, version)
    if program.state is state or (only and program.state not in only):
        raise NotInThisState(_("This programme is in another state. Look at it again."))
    program.state = state
    session.flush()
    audit.record_change(reference_of(program), act)
    return program


def _plain_terms(data: ProgramData) -> dict[str, Any]:
    values = {one.name: getattr(data, one.name) for one in fields(data)}
    values["name"] = plain_name(data.name)
    values["unit_name"] = plain_name(data.unit_name, "unit_name")
    for name in ("channels", "stores", "excluded_categories"):
        values[name] = sorted({one.strip() for one in values[name] if one.strip()})
    for name in _COUNTED:
        check_count(values[name], name)
    for name in _DAYS:
        check_count(values[name], name, most=_MOST_DAYS)
    if not 0 < data.earn_per_minor <= MOST_MINOR:
        text = _("Write for how much money points are earned.")
        raise InvalidInput(text, field="earn_per_minor", pointer="/earn_per_minor")
    if data.validity is Validity.DAYS and not data.valid_for:
        text = _("Write for how many days points are valid.")
        raise InvalidInput(text, field="valid_for", pointer="/valid_for")
    if not 0 < data.tier_months <= 120:
        text = _("Write a number of months from 1 to 120.")
        raise InvalidInput(text, field="tier_months", pointer="/tier_months")
    if data.spend_as is not SpendAs.REWARDS and bool(data.step_points) != bool(data.step_minor):
        text = _("Write both: how many points, and what they are worth.")
        field = "step_minor" if data.step_points else "step_points"
        raise InvalidInput(text, field=field, pointer=f"/{field}")
    return values


def wallet_is_empty(wallet_id: int) -> bool:
    """Test whether no member has, awaits or owes anything in a wallet."""
    held = select(Account.id).where(
        Account.wallet_id == wallet_id, Account.points + Account.pending + Account.debt > 0
    )
    return session.scalar(held.limit(1)) is None


def end_wallet(*, wallet_id: int) -> None:
    """
    Show a wallet no more.

    :raises StillUsed: somebody has something in it, or it is the one of the points
    """
    wallet = session.get(ProgramWallet, wallet_id)
    if wallet is None or wallet.kind is WalletKind.POINTS or not wallet_is_empty(wallet_id):
        raise StillUsed(_("Members have something in this wallet."))
    wallet.archived_at = clock.now()
    session.flush()
