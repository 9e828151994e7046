"""What people may type on the stock screens. A form checks shape; the operations check rules."""

from collections.abc import Iterable
from typing import Any

from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from app.approving import WithSecondPerson
from app.forms import Form, IntegerField, SelectChoice
from app.i18n import _, lazy
from modules.organization import Location

MOST = 1_000_000
_WORDS = [InputRequired(lazy("Say why in a word or two.")), Length(max=250)]


class PlaceField(SelectField):
    """One of the locations at which this person may write; its data is the location's key."""

    def __init__(self, label: Any, **given: Any) -> None:
        chosen = [InputRequired(lazy("Choose a place."))]
        super().__init__(label, chosen, **{**given, "coerce": _key})

    def offer(
        self, places: Iterable[Location], names: dict[int, str], *, begin: int | None
    ) -> None:
        """
        Offer places, with the one in hand at which the person works.

        None: the person works at several; whatever stood first would be taken by mistake.
        """
        own = [SelectChoice(one.id, names[one.id]) for one in places]
        ask = [SelectChoice("", _("Choose a place"))] if own and begin is None else []
        self.choices = ask + own
        if self.raw_data is None and self.data is None:
            self.data = begin


def _key(typed: Any) -> int | None:
    return int(typed) if typed not in ("", None) else None


class NewReceiptForm(Form):
    location_id = PlaceField(lazy("Where do they lie"))
    reference = StringField(
        lazy("Delivery note"),
        [InputRequired(lazy("Type the number of the delivery note.")), Length(max=250)],
    )


class NewTransferForm(Form):
    from_location_id = PlaceField(lazy("Where from"))
    to_location_id = PlaceField(lazy("Where to"))
    note = StringField(lazy("Note"), [Length(max=250)])


class NewCountForm(Form):
    location_id = PlaceField(lazy("Where you count"))


class ScanForm(Form):
    code = StringField(lazy("Scan or type"), [InputRequired(), Length(max=128)])
    quantity = IntegerField(
        lazy("Pieces"), [InputRequired(), NumberRange(min=1, max=MOST)], default=1
    )


class QuantityForm(Form):
    quantity = IntegerField(lazy("Pieces"), [InputRequired(), NumberRange(min=0, max=MOST)])


class CorrectionForm(WithSecondPerson):
    """Pieces that were found (plus) or are gone (minus)."""

    location_id = PlaceField(lazy("Location"))
    quantity_change = IntegerField(
        lazy("Found (+) or gone (−)"),
        [
            InputRequired(lazy("Write how many, such as -1 or 2.")),
            NumberRange(min=-MOST, max=MOST),
        ],
    )
    reason = StringField(lazy("Why"), _WORDS)


class SetAsideForm(Form):
    """Pieces that cannot be sold (plus), or are mended (minus)."""

    location_id = PlaceField(lazy("Location"))
    quantity_change = IntegerField(
        lazy("Set aside (+) or put back on sale (−)"),
        [
            InputRequired(lazy("Write how many, such as -1 or 2.")),
            NumberRange(min=-MOST, max=MOST),
        ],
    )
    reason = StringField(lazy("Why"), _WORDS)
