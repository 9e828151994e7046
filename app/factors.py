"""The second factor: a code of an authenticator app, or a recovery code. Each is good once."""

import hmac
import secrets
from collections.abc import Sequence

import pyotp
from flask import current_app
from sqlalchemy import delete, exists, func, or_, select, update

from app import clock
from app.accounts import digest
from app.audit import record_change
from app.db import session
from app.door_models import RecoveryCode, SecondFactor
from app.errors import NotFound, RuleViolation
from app.i18n import _
from app.models import Account, Role, RoleGrant
from app.reference import Reference
from app.roles import WITHOUT_SECOND_FACTOR
from app.secret_box import seal, unseal

_STEP = 30  # seconds, as every authenticator app has it (RFC 6238)
_CODES = 10
# No sign that is easily taken for another. 24 of 31 are 118 bits: a plain hash will do.
_SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUPS, _GROUP = 6, 4


class WrongCode(RuleViolation):
    field = "code"
    code = "wrong_code"


class FactorNeeded(RuleViolation):
    code = "factor_needed"


def is_on(account_id: int) -> bool:
    """Test whether an account asks for a code after the password."""
    found = select(SecondFactor.account_id).where(
        SecondFactor.account_id == account_id, SecondFactor.sealed.is_not(None)
    )
    return session.scalar(found) is not None


def is_required(account_id: int) -> bool:
    """Test whether an account may not be without one: a back-office role in production."""
    if current_app.config["PROFILE"] != "production":
        return False
    held = (
        select(RoleGrant.id)
        .join(Role, Role.id == RoleGrant.role_id)
        .where(RoleGrant.account_id == account_id, Role.code.not_in(WITHOUT_SECOND_FACTOR))
    )
    return bool(session.scalar(select(exists(held))))


def get_factor(account_id: int) -> SecondFactor | None:
    return session.get(SecondFactor, account_id)


def codes_left(account_id: int) -> int:
    """Return how many recovery codes are not used yet."""
    unused = RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


# --- setting up -------------------------------------------------------------------------------


def begin(*, account_id: int) -> None:
    """Make the secret of a new app; an app that is in use stays so until the new one has shown."""
    factor = session.get(SecondFactor, account_id)
    if factor is None:
        session.add(factor := SecondFactor(account_id=account_id))
    factor.sealed_new = seal(
        pyotp.random_base32(), table="second_factor", row=account_id, column="sealed_new"
    )
    session.flush()


def new_secret(account_id: int) -> str:
    """
    Return the secret that the new app is to be told.

    :raises NotFound: nothing was begun
    """
    factor = session.get(SecondFactor, account_id)
    if factor is None or factor.sealed_new is None:
        raise NotFound(_("Nothing is being set up here."))
    return unseal(factor.sealed_new, table="second_factor", row=account_id, column="sealed_new")


def address_for_app(account: Account) -> str:
    """Return what the QR code says to an authenticator app."""
    totp = pyotp.TOTP(new_secret(account.id))
    return totp.provisioning_uri(name=account.email, issuer_name="Verso")


def confirm(*, account_id: int, code: str) -> Sequence[str]:
    """
    Take the new app into use, as it has shown a right code; return new recovery codes.

    :raises WrongCode: it is another code
    """
    secret = new_secret(account_id)
    step = _step_of(secret, _plain(code))
    if step is None:
        raise WrongCode(_("This is not the code that the app shows now. Type the next one."))
    factor = session.get_one(SecondFactor, account_id)
    factor.sealed = seal(secret, table="second_factor", row=account_id, column="sealed")
    factor.sealed_new, factor.last_step = None, step
    factor.since, factor.taken_by = clock.now(), None
    record_change(_reference(account_id), "second factor on")
    return _make_codes(account_id)


def make_codes(*, account_id: int) -> Sequence[str]:
    """
    Return new recovery codes; the earlier ones open nothing any more.

    :raises NotFound: there is no second factor
    """
    if not is_on(account_id):
        raise NotFound(_("There is no second factor to recover."))
    record_change(_reference(account_id), "new recovery codes")
    return _make_codes(account_id)


def _make_codes(account_id: int) -> Sequence[str]:
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    made = [_new_code() for _number in range(_CODES)]
    session.add_all(
        RecoveryCode(account_id=account_id, code_hash=_hash(account_id, code)) for code in made
    )
    session.flush()
    return made


def _new_code() -> str:
    groups = ("".join(secrets.choice(_SIGNS) for _sign in range(_GROUP)) for _g in range(_GROUPS))
    return "-".join(groups)


# --- taking off -------------------------------------------------------------------------------


def turn_off(*, account_id: int) -> None:
    """
    Ask for the password alone from now on.

    :raises FactorNeeded: the person's role may not be without
    """
    if is_required(account_id):
        raise FactorNeeded(
            _("Your role needs a second factor. Move it to another app instead of turning it off.")
        )
    if _clear(account_id, taken_by=None):
        record_change(_reference(account_id), "second factor off")


def take_off(*, account_id: int, by: str) -> None:
    """Take the factor off for somebody who lost it; the person is told at the next sign-in."""
    if _clear(account_id, taken_by=by):
        record_change(_reference(account_id), "second factor taken off")


def _clear(account_id: int, *, taken_by: str | None) -> bool:
    factor = session.get(SecondFactor, account_id)
    if factor is None or factor.sealed is None:
        return False
    factor.sealed = factor.sealed_new = factor.since = None
    factor.taken_by = taken_by
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    session.flush()
    return True


def take_news(account_id: int) -> str | None:
    """Return who took the factor off since the last sign-in; it is told once."""
    factor = session.get(SecondFactor, account_id)
    if factor is None or factor.taken_by is None:
        return None
    told, factor.taken_by = factor.taken_by, None
    return told


# --- checking ---------------------------------------------------------------------------------


def check(*, account_id: int, code: str) -> bool:
    """
    Take a code of the app, or a recovery code; return whether it was one of the latter.

    The caller keeps a wrong one as a failed try.

    :raises WrongCode: it is wrong, too old, or was used before
    """
    plain = _plain(code)
    if len(plain) == 6 and plain.isdigit():
        if _take_step(account_id, plain):
            return False
    elif _take_recovery_code(account_id, plain):
        return True
    raise WrongCode(_("This code is wrong, or was used already. Type the next one."))


def _take_step(account_id: int, code: str) -> bool:
    factor = session.get(SecondFactor, account_id)
    if factor is None or factor.sealed is None:
        return False
    secret = unseal(factor.sealed, table="second_factor", row=account_id, column="sealed")
    step = _step_of(secret, code)
    if step is None:
        return False
    # Check and change in one: of two who send the same code at once, one comes in.
    taken = session.scalar(
        update(SecondFactor)
        .where(
            SecondFactor.account_id == account_id,
            or_(SecondFactor.last_step.is_(None), SecondFactor.last_step < step),
        )
        .values(last_step=step)
        .returning(SecondFactor.account_id)
        .execution_options(synchronize_session=False)
    )
    return taken is not None


def _step_of(secret: str, code: str) -> int | None:
    """Return the half minute that a code belongs to: this one, or one beside it; else None."""
    totp = pyotp.TOTP(secret, interval=_STEP)
    present = int(clock.now().timestamp()) // _STEP
    for step in (present, present - 1, present + 1):
        if hmac.compare_digest(totp.generate_otp(step), code):
            return step
    return None


def _take_recovery_code(account_id: int, code: str) -> bool:
    used = session.scalar(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_hash == _hash(account_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .returning(RecoveryCode.id)
        .execution_options(synchronize_session=False)
    )
    if used is None:
        return False
    record_change(_reference(account_id), "recovery code used")
    return True


def _plain(code: str) -> str:
    return "".join(sign for sign in code.lower() if sign.isalnum() and sign.isascii())


def _hash(account_id: int, code: str) -> str:
    return digest(f"{account_id}:{_plain(code)}")


def _reference(account_id: int) -> Reference:
    kind = session.scalar(select(Account.kind).where(Account.id == account_id))
    return Reference(kind or "account", account_id)
