"""The choices that several conditions and benefits offer, with what a person reads."""

from app.i18n import lazy
from modules.promotions.engine.offers import Basis, Round, Select

BASES = (
    (Basis.CURRENT, lazy("After earlier promotions")),
    (Basis.INITIAL, lazy("Before all promotions")),
)
SELECTS = (
    (Select.CHEAPEST, lazy("The cheapest first")),
    (Select.DEAREST, lazy("The dearest first")),
    (Select.AS_IN_CART, lazy("As in the cart")),
)
ROUNDS = (
    (Round.LINE, lazy("Once for the line")),
    (Round.UNIT, lazy("For each piece")),
)
