"""A job does in somebody's name what that person asked for: with his rights as they are now."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import current_app, g

from app import accounts
from app.actor import Actor, acting_as, current_actor
from app.db import session
from app.i18n import _, speaking
from app.lists import ListSpec
from app.models import Account
from app.outbox import Permanent

_OF_A_REQUEST = ("chosen_store_id", "time_zone", "zone")


@contextmanager
def acting_for(
    account_id: int, *, store_id: int | None, language: str, time_zone: str
) -> Iterator[None]:
    """
    Act as a person who is not at the screen any more.

    :raises Permanent: the account is closed by now
    """
    actor = _as_now(account_id)
    before = {name: g.get(name) for name in _OF_A_REQUEST}
    with acting_as(actor), speaking(language):
        g.chosen_store_id, g.time_zone = store_id, time_zone
        g.pop("zone", None)
        try:
            yield
        finally:
            for name, value in before.items():
                g.pop(name, None)
                if value is not None:
                    setattr(g, name, value)


def look_again(account_id: int) -> None:
    """
    Go on with the person's rights as they are now: a long job outlives a role.

    :raises Permanent: the account was closed meanwhile
    """
    g.actor = _as_now(account_id)


def _as_now(account_id: int) -> Actor:
    account = session.get(Account, account_id, populate_existing=True)
    if account is None or account.disabled_at is not None:
        raise Permanent("the account of who asked for this is closed")
    return accounts.actor_of(account)


def spec_of(code: str) -> ListSpec:
    """
    Return a list of the house, if the person who acts may see it.

    :raises Permanent: not, or it is there no more
    """
    spec: ListSpec | None = current_app.extensions["lists"].get(code)
    if spec is None or not current_actor().may(spec.permission):
        raise Permanent(_("You may not see this list any more."))
    return spec
