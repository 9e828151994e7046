"""Simulations for programs: any cart, any time, any buyer, a draft too; nothing is stored."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from app.access import scope
from app.api import Code, In, asks
from app.errors import NotFound
from app.i18n import _
from modules import promotions
from modules.orders.api.base import READ, api, store_for
from modules.orders.api.coupons import guards_coupons
from modules.orders.api.quotes import QuoteIn, body_of, wanted_of
from modules.orders.errors import UnknownCode
from modules.orders.quoting import Simulation, Traced, simulate

SCOPE = "promotions:read"
Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Names = Annotated[list[Name], Field(max_length=100)]


class SupposedIn(In):
    """What is supposed of the buyer; it wins over what is known of the customer."""

    groups: Names | None = None
    segments: Names | None = None
    stage: Name | None = None
    tiers: Names | None = None
    programmes: Names | None = None
    has_card: bool | None = None
    order_count: Annotated[int, Field(ge=0, le=10**6)] | None = None
    days_since_last_order: Annotated[int, Field(ge=0, le=10**6)] | None = None

    def values(self) -> dict[str, Any]:
        """Return it by the names of the engine's facts."""
        said = self.model_dump(exclude_none=True)
        return {
            name: frozenset(value) if isinstance(value, list) else value
            for name, value in said.items()
        }


class SimulationIn(QuoteIn):
    promotion: Code | None = None
    """Its draft stands in the place of what applies of it, and it is told of in any case."""
    suppose: SupposedIn = Field(default_factory=SupposedIn)


@api.post("/promotions/simulations")
@api.input(SimulationIn, arg_name="body")
@scope(SCOPE)
@guards_coupons
@asks
def make_simulation(body: SimulationIn) -> dict[str, Any]:
    """Return what a cart would cost, and in words what became of each promotion it touches."""
    key = None
    if body.promotion is not None:
        try:
            key = promotions.get_promotion_by_code(body.promotion).id
        except NotFound:
            raise UnknownCode(
                _("There is no promotion %(code)s.", code=body.promotion), pointer="/promotion"
            ) from None
    wanted = wanted_of(
        body,
        store_for(body.store, READ),
        supposed=body.suppose.values(),
    )
    return _told(simulate(wanted, promotion_id=key))


def _told(found: Simulation) -> dict[str, Any]:
    body = body_of(found.quote)
    applied = {one.judged.code: one for one in found.applied}
    for one in body["applied"]:
        traced = applied[one["promotion"]]
        one["parts"] = [
            {"sku": part.line.sku if part.line else None, "amount_minor": part.amount_minor}
            for part in traced.parts
        ]
    return {**body, "rejected": [_refused(one) for one in found.refused]}


def _refused(one: Traced) -> dict[str, Any]:
    judged = one.judged
    numbers = {"needed": judged.needed, "have": judged.have, "shortfall": judged.shortfall}
    return {
        "promotion": judged.code or None,
        "reason": judged.reason,
        "path": judged.path,
        **{name: value for name, value in numbers.items() if value is not None},
        **({"coupon": judged.coupon} if judged.coupon else {}),
        "rival": judged.rival or None,
        "words": {"cashier": one.why, "customer": one.to_buyer, "asks": one.asks or None},
    }
