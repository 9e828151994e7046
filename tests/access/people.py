"""The people of these tests, with the password that a second person types."""

from sqlalchemy import select

from app import accounts
from app.actor import Actor
from app.db import session, transact
from app.models import Account
from tests.conftest import PASSWORD

__all__ = ["PASSWORD", "actor", "hire"]


def hire(name: str, role: str, *, store_id: int | None = None) -> int:
    """Return the account of somebody with this role, made when first asked for."""
    email = f"{name.lower()}@approving.example"

    def work() -> int:
        known = session.scalar(select(Account.id).where(Account.email == email))
        if known is not None:
            return known
        account = Account(
            email=email, name=name, password_hash=accounts.hash_password(PASSWORD), language="en"
        )
        session.add(account)
        session.flush()
        accounts.grant_role(account_id=account.id, role=role, store_id=store_id)
        return account.id

    return transact(work)


def actor(account_id: int) -> Actor:
    """Return somebody as he acts now."""
    return accounts.actor_of(session.get_one(Account, account_id))
