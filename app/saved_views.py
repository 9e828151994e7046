"""Views of lists that people keep: saved, renamed, put in order, shared, and removed."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import and_, delete, or_, select

from app import clock
from app.actor import current_actor
from app.api import is_plain
from app.db import session
from app.errors import InvalidInput, NotFound, RuleViolation
from app.i18n import _
from app.list_models import DefaultView, SavedView
from app.models import Account

MOST = 30
_LONGEST_NAME = 60


class ShownView(NamedTuple):
    """A view as the list offers it."""

    id: int
    name: str
    query: str
    shared: bool
    is_own: bool
    owner: str
    opens: bool
    """Whether the list opens with it for this person."""


def list_views(list_code: str) -> list[ShownView]:
    """Return the views that a list offers this person: the own ones in order, then the shared."""
    me = _me()
    is_own = SavedView.account_id == me
    found = (
        select(SavedView, Account.name, DefaultView.view_id)
        .join(Account, Account.id == SavedView.account_id)
        .outerjoin(
            DefaultView,
            and_(DefaultView.view_id == SavedView.id, DefaultView.account_id == me),
        )
        .where(
            SavedView.list_code == list_code,
            SavedView.removed_at.is_(None),
            or_(is_own, SavedView.shared),
        )
        .order_by(is_own.desc(), SavedView.position, SavedView.id)
        .limit(2 * MOST)
    )
    return [
        ShownView(
            view.id,
            view.name,
            view.query,
            view.shared,
            view.account_id == me,
            owner,
            opens is not None,
        )
        for view, owner, opens in session.execute(found)
    ]


def save_view(
    *, list_code: str, name: str, query: str, shared: bool = False, opens: bool = False
) -> SavedView:
    """
    Keep what a list shows under a name; an own view of that name is replaced.

    :raises InvalidInput: the name is missing or too long
    :raises RuleViolation: there are too many already
    """
    kept = _name(name)
    own = _own_views(list_code)
    view = next((one for one in own if one.name == kept), None)
    if view is None:
        if len(own) >= MOST:
            raise RuleViolation(
                _("There are %(most)s views of this list; remove one first.", most=MOST)
            )
        view = SavedView(
            account_id=_me(),
            list_code=list_code,
            name=kept,
            query=query,
            position=max((one.position for one in own), default=0) + 1,
        )
        session.add(view)
    view.query, view.shared = query, shared
    session.flush()
    if opens:
        open_with(list_code=list_code, view_id=view.id)
    return view


def rename_view(*, view_id: int, name: str, shared: bool) -> SavedView:
    """
    Give an own view another name, and offer it to others or no more.

    :raises NotFound: it is none of one's own
    :raises InvalidInput: the name is missing, too long or taken
    """
    view, kept = _own(view_id), _name(name)
    if any(one.name == kept and one.id != view.id for one in _own_views(view.list_code)):
        raise InvalidInput(
            _("Another view of yours is called “%(name)s”.", name=kept), field="name"
        )
    view.name, view.shared = kept, shared
    if not shared:
        _let_others_go(view)
    return view


def keep_question(*, view_id: int, query: str) -> SavedView:
    """
    Let an own view ask what the list shows now.

    :raises NotFound: it is none of one's own
    """
    view = _own(view_id)
    view.query = query
    return view


def move_view(*, view_id: int, up: bool) -> SavedView:
    """
    Change places with the neighbour; at the end nothing happens.

    :raises NotFound: it is none of one's own
    """
    view = _own(view_id)
    own = _own_views(view.list_code)
    at = own.index(view)
    other = at - 1 if up else at + 1
    if 0 <= other < len(own):
        own[at], own[other] = own[other], own[at]
    for place, one in enumerate(own, start=1):
        one.position = place
    return view


def remove_view(*, view_id: int) -> SavedView:
    """
    Take an own view away; for a week it can be brought back.

    :raises NotFound: it is none of one's own
    """
    view = _own(view_id)
    view.removed_at = clock.now()
    session.execute(delete(DefaultView).where(DefaultView.view_id == view.id))
    return view


def bring_back(*, view_id: int) -> SavedView:
    """
    Undo the removal of an own view.

    :raises NotFound: it is none of one's own, or thrown away since
    """
    view = session.get(SavedView, view_id)
    if view is None or view.account_id != _me():
        raise NotFound(_("There is no such view."))
    view.removed_at = None
    return view


def open_with(*, list_code: str, view_id: int | None) -> None:
    """
    Let a list open with a view for this person; None lets it open as the house made it.

    :raises NotFound: the list offers no such view
    """
    if view_id is not None and view_id not in {one.id for one in list_views(list_code)}:
        raise NotFound(_("There is no such view."))
    chosen = session.get(DefaultView, (_me(), list_code))
    if view_id is None:
        if chosen is not None:
            session.delete(chosen)
    elif chosen is None:
        session.add(DefaultView(account_id=_me(), list_code=list_code, view_id=view_id))
    else:
        chosen.view_id = view_id


def get_own_view(view_id: int) -> SavedView:
    """
    Return a view of one's own.

    :raises NotFound: it is none of one's own
    """
    return _own(view_id)


def _let_others_go(view: SavedView) -> None:
    others = (DefaultView.view_id == view.id, DefaultView.account_id != view.account_id)
    session.execute(delete(DefaultView).where(*others))


def _me() -> int:
    me = current_actor().id
    if me is None:
        raise NotFound(_("There is no such view."))
    return me


def _name(name: str) -> str:
    kept = " ".join(name.split())
    if not kept:
        raise InvalidInput(_("Give the view a name."), field="name")
    if not is_plain(kept):
        raise InvalidInput(_("This text holds signs that cannot be kept."), field="name")
    if len(kept) > _LONGEST_NAME:
        raise InvalidInput(
            _("A name has at most %(most)s letters.", most=_LONGEST_NAME), field="name"
        )
    return kept


def _own(view_id: int) -> SavedView:
    view = session.get(SavedView, view_id)
    if view is None or view.account_id != _me() or view.removed_at is not None:
        raise NotFound(_("There is no such view."))
    return view


def _own_views(list_code: str) -> list[SavedView]:
    found = select(SavedView).where(
        SavedView.account_id == _me(),
        SavedView.list_code == list_code,
        SavedView.removed_at.is_(None),
    )
    views: Sequence[SavedView] = session.scalars(
        found.order_by(SavedView.position, SavedView.id)
    ).all()
    return [*views]
