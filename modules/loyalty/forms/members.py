"""What people may type about members: joining, cards, points by hand, rewards."""

from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from app.actor import current_actor
from app.approving import WithSecondPerson
from app.errors import InvalidInput, NotFound
from app.forms import Form, IntegerField, SelectChoice
from app.i18n import _, lazy
from app.web import chosen_store_id
from modules import customers, organization
from modules.loyalty.models import Card, CardState, Program, Reward

_REASON = [DataRequired(message=lazy("Say why.")), Length(max=250)]


class EnrolForm(Form):
    program = SelectField(lazy("Programme"))
    customer = StringField(lazy("Customer"), [DataRequired(), Length(max=254)])
    number = StringField(lazy("Card"), [Length(max=64)])
    referred_by = StringField(lazy("Brought by"), [Length(max=40)])

    def __init__(self, programs: Sequence[Program], **more: Any) -> None:
        super().__init__(**more)
        self.program.choices = [SelectChoice(one.code, one.name) for one in programs]


class CardForm(Form):
    """Another card: of the number that stands on it, or of a new one."""

    number = StringField(lazy("Number on the card"), [Length(max=64)])


class BlockForm(Form):
    card = SelectField(lazy("Card"))
    reason = StringField(lazy("Why"), _REASON)

    def __init__(self, cards: Sequence[Card], **more: Any) -> None:
        super().__init__(**more)
        self.card.choices = [
            SelectChoice(one.number, one.number) for one in cards if one.state is CardState.ACTIVE
        ]


class ReplaceForm(BlockForm):
    by = StringField(lazy("Number of the new card"), [Length(max=64)])


class PointsForm(WithSecondPerson):
    """Points given or taken by hand."""

    client_id = HiddenField(validators=[Length(max=100)])
    way = RadioField(
        lazy("What happens"),
        choices=[
            SelectChoice("give", lazy("The member gets points")),
            SelectChoice("take", lazy("Points are taken from the member")),
        ],
        default="give",
    )
    points = IntegerField(
        lazy("Points"),
        [InputRequired(message=lazy("Write how many.")), NumberRange(min=1, max=10**9)],
    )
    store = SelectField(lazy("Store"))
    reason = StringField(lazy("Why"), _REASON)

    def __init__(self, permission: str, **more: Any) -> None:
        super().__init__(**more)
        offer_stores(self.store, permission)

    @property
    def change(self) -> int:
        points: int = self.points.data or 0
        return points if self.way.data == "give" else -points


class ClaimForm(Form):
    client_id = HiddenField(validators=[Length(max=100)])
    reward = SelectField(lazy("Reward"))
    store = SelectField(lazy("Store"))

    def __init__(self, rewards: Sequence[Reward], permission: str, **more: Any) -> None:
        super().__init__(**more)
        self.reward.choices = [
            SelectChoice(
                one.code, _("%(reward)s for %(points)s", reward=one.name, points=one.points)
            )
            for one in rewards
        ]
        offer_stores(self.store, permission)


class HouseholdForm(Form):
    """A household of one's own, or that of another member: by card, name or number."""

    with_member = StringField(lazy("Together with"), [Length(max=254)])


class PrintForm(Form):
    client_id = HiddenField(validators=[Length(max=100)])
    count = IntegerField(lazy("How many cards"), [InputRequired(), NumberRange(1, 200)], default=10)


def offer_stores(field: Any, permission: str) -> None:
    """Offer the stores where the caller may do this; the one that is worked in comes first."""
    own = current_actor().stores(permission)
    found = [one for one in organization.list_stores() if own is None or one.id in own]
    found.sort(key=lambda one: one.id != chosen_store_id())
    field.choices = [SelectChoice(one.code, one.name) for one in found]
    if not field.data and found:
        field.data = found[0].code


def customer_of(typed: str) -> int:
    """
    Return the customer whose number, name, e-mail, telephone or card was typed.

    :raises InvalidInput: nobody is known by it, or several are
    """
    text = typed.strip()
    try:
        return int(customers.get_customer_by_number(text).id)
    except NotFound:
        sees = current_actor().may("customers.view")
        found = customers.list_customers(q=text, limit=2) if sees else []
    if len(found) == 1:
        return int(found[0].id)
    words = (
        _("Several customers are found by “%(text)s”. Type the number of one.", text=text)
        if found
        else _("Nobody is known by “%(text)s”. Type the customer’s number.", text=text)
    )
    raise InvalidInput(words, field="customer")
