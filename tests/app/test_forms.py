"""Fields of the house: what cannot be read is said once, at its field."""

import pytest
from flask import Flask
from wtforms.validators import NumberRange, Optional

from app.api import BIGGEST_ID
from app.forms import Form, IntegerField


class Counted(Form):
    pieces = IntegerField("Pieces", [Optional(), NumberRange(min=0)])


@pytest.mark.parametrize("typed", [str(BIGGEST_ID + 1), f"-{BIGGEST_ID + 1}", "9" * 400])
def test_a_number_of_any_length_is_refused_at_its_field_and_stays_as_typed(
    app: Flask, typed: str
) -> None:
    with app.test_request_context("/", method="POST", data={"pieces": typed}):
        form = Counted()
        assert not form.validate_on_submit()
        assert form.pieces.errors == ["This number is too large."]
        assert f'value="{typed}"' in str(form.pieces())


def test_the_largest_number_that_can_be_kept_is_taken(app: Flask) -> None:
    with app.test_request_context("/", method="POST", data={"pieces": str(BIGGEST_ID)}):
        form = Counted()
        assert form.validate_on_submit()
        assert form.pieces.data == BIGGEST_ID
