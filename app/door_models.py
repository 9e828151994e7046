"""The tables of the door: second factors, known browsers, and what waits for a sign-in."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app import clock
from app.db import Id, Model
from app.secret_box import SEALED


class PendingSignIn(Model):
    """A right password that waits for its second step. It opens nothing else, and not for long."""

    __tablename__ = "pending_sign_in"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    begun_at: Mapped[datetime] = mapped_column(default=clock.now)


class KnownDevice(Model):
    """A browser in which somebody signed in before: strangers who guess do not make it wait."""

    __tablename__ = "known_device"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id"), primary_key=True, autoincrement=False, index=True
    )
    last_used_at: Mapped[datetime] = mapped_column(default=clock.now)


class SecondFactor(Model):
    """A person's authenticator app; its secret is sealed."""

    __tablename__ = "second_factor"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id"), primary_key=True, autoincrement=False
    )
    sealed: Mapped[str | None] = mapped_column(info=SEALED)
    """The secret in use; null: there is none (yet, or any more)."""
    sealed_new: Mapped[str | None] = mapped_column(info=SEALED)
    """The secret of an app that is being set up, until it has shown a right code."""
    last_step: Mapped[int | None]
    """The half minute of the last code that was taken: each is good once."""
    since: Mapped[datetime | None]
    taken_by: Mapped[str | None]
    """Who took the factor off; told at the next sign-in, then forgotten."""


class RecoveryCode(Model):
    """One way in for who has lost the app. Good once."""

    __tablename__ = "recovery_code"

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(unique=True)
    used_at: Mapped[datetime | None]


class KeptForm(Model):
    """What somebody typed and could not send: the session had ended, or was to be confirmed."""

    __tablename__ = "kept_form"

    id: Mapped[Id]
    key_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    sealed: Mapped[str | None] = mapped_column(info=SEALED)
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
