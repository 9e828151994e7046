"""Why a promotion applied or did not: one verdict for every candidate, with what was missing."""

from enum import StrEnum
from typing import NamedTuple


class Status(StrEnum):
    APPLIED = "applied"
    REJECTED = "rejected"


class Reason(StrEnum):
    """Why a promotion did not apply."""

    PAUSED = "paused"
    NOT_STARTED = "not_started"
    EXPIRED = "expired"
    OUTSIDE_HOURS = "outside_hours"
    CURRENCY_MISMATCH = "currency_mismatch"
    CHANNEL_MISMATCH = "channel_mismatch"
    STORE_MISMATCH = "store_mismatch"
    SEGMENT_MISMATCH = "segment_mismatch"
    CARD_REQUIRED = "card_required"
    CODE_NOT_ENTERED = "code_not_entered"
    CODE_UNKNOWN = "code_unknown"
    CODE_OF_OTHER_CUSTOMER = "code_of_other_customer"
    CODE_BLOCKED = "code_blocked"
    CODE_RESERVED = "code_reserved"
    NOT_CHOSEN = "not_chosen"
    USAGE_LIMIT_REACHED = "usage_limit_reached"
    CUSTOMER_LIMIT_REACHED = "customer_limit_reached"
    CUSTOMER_UNKNOWN = "customer_unknown"
    BUDGET_EXHAUSTED = "budget_exhausted"
    MIN_SUBTOTAL_NOT_MET = "min_subtotal_not_met"
    MIN_QUANTITY_NOT_MET = "min_quantity_not_met"
    QUANTITY_OUT_OF_RANGE = "quantity_out_of_range"
    REQUIRED_PRODUCT_MISSING = "required_product_missing"
    NO_ELIGIBLE_ITEMS = "no_eligible_items"
    ORDER_NUMBER_MISMATCH = "order_number_mismatch"
    LAST_ORDER_MISMATCH = "last_order_mismatch"
    BIRTHDAY_MISMATCH = "birthday_mismatch"
    PAYMENT_METHOD_MISMATCH = "payment_method_mismatch"
    SHIPPING_MISMATCH = "shipping_mismatch"
    ATTRIBUTE_MISMATCH = "attribute_mismatch"
    CONDITION_NOT_MET = "condition_not_met"
    EXCLUDED_BY_EXCLUSIVE = "excluded_by_exclusive"
    NOT_BEST_IN_GROUP = "not_best_in_group"
    DENIED_COMBINATION = "denied_combination"
    FLOOR_REACHED = "floor_reached"
    NO_EFFECT = "no_effect"
    GIFT_OUT_OF_STOCK = "gift_out_of_stock"
    """Told by orders alone: the engine knows no stock."""


class Miss(NamedTuple):
    """What kept a promotion from applying; amounts and counts where they say something."""

    reason: Reason
    path: str = ""
    """Which condition: `conditions.1`, `scope.channels`, `limits.uses`."""
    needed: int | None = None
    have: int | None = None
    competitor: int | str | None = None

    @property
    def shortfall(self) -> int | None:
        if self.needed is None or self.have is None:
            return None
        return max(0, self.needed - self.have)


class Verdict(NamedTuple):
    """What became of one candidate. An unknown code has a verdict without a promotion."""

    promotion: int | str | None
    version: int
    status: Status
    reason: Reason | None = None
    condition_path: str = ""
    needed: int | None = None
    have: int | None = None
    shortfall: int | None = None
    competitor: int | str | None = None
    code: str = ""
    amount_minor: int = 0
