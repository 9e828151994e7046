"""The tables of the ground. They know no shop words: a store is only a number here."""

import enum
from datetime import datetime
from typing import Any

from sqlalchemy import DDL, CheckConstraint, ForeignKey, Index, UniqueConstraint, event, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app import clock
from app.db import Id, Model


class Account(Model):
    """Somebody who can sign in."""

    __tablename__ = "account"

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(default="account")
    email: Mapped[str] = mapped_column(unique=True)
    """The sign-in name, in lower case."""
    name: Mapped[str]
    password_hash: Mapped[str | None]
    language: Mapped[str | None]
    theme: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    disabled_at: Mapped[datetime | None]

    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "account"}  # noqa: RUF012


class Role(Model):
    """A named set of permissions."""

    __tablename__ = "role"

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    permissions: Mapped[list[str]] = mapped_column(default=list)
    known_permissions: Mapped[list[str]] = mapped_column(default=list)
    """What was offered to this role before, so that an upgrade never gives back what was taken."""
    limits: Mapped[dict[str, Any] | None] = mapped_column(default=dict)
    """Limit -> the most that somebody does alone; null: as much as he likes, by decision."""


class RoleGrant(Model):
    """A role of an account: in one store, or in all of them."""

    __tablename__ = "role_grant"
    __table_args__ = (
        Index(
            "uq_role_grant_everywhere",
            "account_id",
            "role_id",
            unique=True,
            sqlite_where=text("store_id IS NULL"),
            postgresql_where=text("store_id IS NULL"),
        ),
        UniqueConstraint("account_id", "role_id", "store_id"),
    )

    id: Mapped[Id]
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    role_id: Mapped[int] = mapped_column(ForeignKey("role.id"), index=True)
    store_id: Mapped[int | None]

    role: Mapped[Role] = relationship(lazy="raise")


class UserSession(Model):
    """One browser that is signed in. The cookie holds a secret whose hash stands here."""

    __tablename__ = "user_session"

    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    last_seen_at: Mapped[datetime] = mapped_column(default=clock.now)
    ip: Mapped[str]
    agent: Mapped[str]
    confirmed_at: Mapped[datetime | None] = mapped_column(default=clock.now)
    """When the person last proved to be there, with the password or a code."""
    mfa_at: Mapped[datetime | None]
    """When a second factor was shown for this session; null where it was begun without one."""


class RecentRecord(Model):
    """A record that a person opened, and when he did last."""

    __tablename__ = "recent_record"
    __table_args__ = (Index("ix_recent_record_at", "account_id", "at"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]


class SignInAttempt(Model):
    """A failed sign-in, kept for the throttle."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[Id]
    email: Mapped[str] = mapped_column(index=True)
    ip: Mapped[str] = mapped_column(index=True)
    failed_at: Mapped[datetime] = mapped_column(default=clock.now)
    step: Mapped[str | None]
    """What was wrong: "password" or "code"."""
    device: Mapped[str | None]
    """The hash of the browser's mark, where this account had signed in there before."""


class ApiToken(Model):
    """A key for programs: scopes, perhaps bound to stores; only its hash is kept."""

    __tablename__ = "api_token"

    id: Mapped[Id]
    name: Mapped[str]
    prefix: Mapped[str] = mapped_column(unique=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[str]] = mapped_column(default=list)
    store_ids: Mapped[list[int] | None]
    """The stores it is bound to; null means all of them."""
    limits: Mapped[dict[str, Any] | None] = mapped_column(default=dict)
    """Limit -> the most that the program does in one act; what is not here is not limited."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by: Mapped[str]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class IdempotencyKey(Model):
    """The answer that a repeated request gets again. Committed together with the work."""

    __tablename__ = "idempotency_key"

    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    status: Mapped[int | None]
    body: Mapped[str | None]
    headers: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)


class NumberSeries(Model):
    """The last number taken of a gapless series."""

    __tablename__ = "number_series"

    series: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class Audit(Model):
    """Who changed which record of master data, from what to what."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_reference", "ref_kind", "ref_id"),)

    id: Mapped[Id]
    ref_kind: Mapped[str]
    ref_id: Mapped[int]
    action: Mapped[str]
    old: Mapped[dict[str, Any] | None]
    new: Mapped[dict[str, Any] | None]
    actor: Mapped[str]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    seal: Mapped[str | None] = mapped_column(index=True, unique=True)
    """That this house wrote the row; null only in rows from before there were seals."""


class AuditLink(Model):
    """The place of a row in the chain over the audit trail, and the hash up to there."""

    __tablename__ = "audit_link"

    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    audit_id: Mapped[int] = mapped_column(unique=True)
    """No foreign key: what is taken out there is to be missed here."""
    hash: Mapped[str]


class Setting(Model):
    """A setting of the house that people change at run time."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]


class JobState(enum.StrEnum):
    READY = "ready"
    RUN = "run"
    DONE = "done"
    DEAD = "dead"
    CANCELLED = "cancelled"


class Job(Model):
    """Work to do after a commit: written with the reason for it, run until it is done or dead."""

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_due", "state", "run_at", "priority"),
        Index("ix_job_order_key", "order_key", "id"),
        Index("ix_job_lease", "state", "lease_until"),
        CheckConstraint("done >= 0 AND starts >= 0", name="counts"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(index=True)
    title: Mapped[str | None]
    """What people call it on the jobs page; null: not shown there unless it fails."""
    dedupe: Mapped[str | None] = mapped_column(unique=True)
    payload: Mapped[dict[str, Any]]
    queue: Mapped[str] = mapped_column(default="default")
    priority: Mapped[int] = mapped_column(default=0)
    state: Mapped[JobState] = mapped_column(default=JobState.READY)
    run_at: Mapped[datetime] = mapped_column(default=clock.now)
    lease_until: Mapped[datetime | None]
    owner: Mapped[str | None]
    claims: Mapped[int] = mapped_column(default=0)
    starts: Mapped[int] = mapped_column(default=0)
    max_starts: Mapped[int] = mapped_column(default=10)
    last_error: Mapped[str | None]
    order_key: Mapped[str | None]
    """A later job with the same key waits until the earlier one is done."""
    created_by: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Outcomes so far, as word -> number."""
    result: Mapped[dict[str, Any] | None]
    cancel_requested: Mapped[bool] = mapped_column(default=False)


# Workers on PostgreSQL listen: a job is begun as soon as it is committed. SQLite has a counter.
_TELL = (
    "CREATE FUNCTION tell_of_jobs() RETURNS trigger LANGUAGE plpgsql AS "
    "'BEGIN NOTIFY verso_jobs; RETURN NULL; END'",
    "CREATE TRIGGER job_told AFTER INSERT ON job "
    "FOR EACH STATEMENT EXECUTE FUNCTION tell_of_jobs()",
)
for _statement in _TELL:
    _ddl = DDL(_statement)  # type: ignore[no-untyped-call]
    event.listen(Job.__table__, "after_create", _ddl.execute_if(dialect="postgresql"))


class Schedule(Model):
    """When a scheduled job is next due. Two schedulers can both ring: a slot makes one job."""

    __tablename__ = "schedule"

    name: Mapped[str] = mapped_column(primary_key=True)
    next_run_at: Mapped[datetime]


class Heartbeat(Model):
    """When a worker was last seen at work, for /readyz."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
