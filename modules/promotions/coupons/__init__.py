"""Coupons: codes in batches, what was used of a promotion, and the limits that stop it."""

from modules.promotions.coupons.counting import Left, Sale, left_for
from modules.promotions.coupons.finding import Entered, KnownCode, look_up, plain_codes
from modules.promotions.coupons.keeping import (
    block_batch,
    block_code,
    get_batch,
    get_code,
    give_code,
    issue_batch,
    release,
    reserve,
    take_free_code,
)
from modules.promotions.coupons.making import make_batch, make_codes
from modules.promotions.coupons.models import (
    CodeBatch,
    CodeState,
    PromotionCode,
    PromotionCounter,
    PromotionUse,
)
from modules.promotions.coupons.redeeming import Use, give_back, redeem
from modules.promotions.coupons.states import state_of
from modules.promotions.coupons.trying import note_guesses, refuse_guessing

__all__ = [
    "CodeBatch",
    "CodeState",
    "Entered",
    "KnownCode",
    "Left",
    "PromotionCode",
    "PromotionCounter",
    "PromotionUse",
    "Sale",
    "Use",
    "block_batch",
    "block_code",
    "get_batch",
    "get_code",
    "give_back",
    "give_code",
    "issue_batch",
    "left_for",
    "look_up",
    "make_batch",
    "make_codes",
    "note_guesses",
    "plain_codes",
    "redeem",
    "refuse_guessing",
    "release",
    "reserve",
    "state_of",
    "take_free_code",
]
