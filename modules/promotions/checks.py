"""What a definition must be before it may be published: all that it names exists and is told us."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.i18n import _
from modules import catalog, customers, organization
from modules.promotions.definition.faults import Faults
from modules.promotions.engine.benefit import Benefit
from modules.promotions.engine.benefits.free_goods import FreeGoods
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.conditions.customer_is import CustomerIs
from modules.promotions.engine.offers import Phase
from modules.promotions.engine.promotion import Promotion, Scope, Trigger
from modules.promotions.engine.settings import Kind, settings_of
from modules.promotions.queries import list_groups
from modules.promotions.shelf_checks import check_shelf

CONDITIONS = frozenset(
    {
        *("all_of", "any_of", "none_of", "birthday", "channel_is", "contains", "covers"),
        *("customer_is", "delivery_country", "distinct_products", "last_order", "order_number"),
        *("payment_method", "quantity_at_least", "quantity_between", "shipping_method"),
        *("store_is", "subtotal_at_least"),
    }
)
"""What orders tell enough for."""
TOLD_OF_GOODS = frozenset(
    {
        *("skus", "categories", "brands", "least_price_minor", "most_price_minor"),
        *("except_skus", "except_categories", "not_on_sale"),
    }
)
"""What of a filter orders tell of their goods."""
TOLD_OF_BUYER = frozenset({"groups", "segments", "stages", "tiers"})
"""What of a buyer orders tell."""
TOLD_OF_MEMBER = frozenset({"programmes", "needs_card"})
"""What of a buyer's loyalty they tell beside the tier."""
TOLD_OF_ORDER = frozenset({"channels", "stores", "currency"}) | TOLD_OF_BUYER | TOLD_OF_MEMBER
"""What of a scope orders tell."""
Known = Mapping[str, Callable[[Iterable[str]], set[str]]]


def check_publishable(promotion: Promotion, *, at: str = "/definition") -> None:
    """
    Make sure that a promotion asks only for what orders tell, and names only what exists.

    :raises BadDefinition: it does not; a promotion that never applies helps nobody
    """
    faults = Faults()
    if promotion.trigger is Trigger.MANUAL:
        faults.add(f"{at}/trigger", _("Offers chosen by hand are not taken yet."))
    if promotion.codes and promotion.trigger is not Trigger.CODE:
        faults.add(f"{at}/codes", _("It asks for no code. Take its codes out."))
    if promotion.group and promotion.group not in {one.code for one in list_groups()}:
        faults.add(f"{at}/group", _("There is no group %(code)s.", code=promotion.group))
    _check_scope(promotion.scope, f"{at}/scope", faults)
    if promotion.phase is Phase.CATALOGUE:
        check_shelf(promotion, at, faults)
    for place, condition in enumerate(promotion.conditions):
        _check_thing(condition, f"{at}/conditions/{place}", faults)
    for place, benefit in enumerate(promotion.benefits):
        _check_thing(benefit, f"{at}/benefits/{place}", faults)
        if isinstance(benefit, FreeGoods):
            _check_gift(benefit.sku, f"{at}/benefits/{place}/sku", faults)
    faults.end()


def _check_scope(scope: Scope, at: str, faults: Faults) -> None:
    usual = Scope()
    for name in Scope.__dataclass_fields__:
        if name not in TOLD_OF_ORDER and getattr(scope, name) != getattr(usual, name):
            faults.add(f"{at}/{name}", _not_told())
    for name, of in (
        ("channels", "channel"),
        ("stores", "store"),
        ("groups", "customer_group"),
        ("stages", "stage"),
    ):
        _check_names(of, getattr(scope, name), f"{at}/{name}", faults)


def _check_thing(thing: Any, at: str, faults: Faults) -> None:
    if isinstance(thing, Condition) and thing.kind not in CONDITIONS:
        faults.add(f"{at}/kind", _not_told())
        return
    for setting in settings_of(thing):
        value, here = getattr(thing, setting.name), f"{at}/{setting.name}"
        is_of_buyer = isinstance(thing, CustomerIs) and setting.name not in TOLD_OF_BUYER
        is_of_goods = not isinstance(thing, Condition | Benefit) and hasattr(thing, "skus")
        is_told = not is_of_buyer and (not is_of_goods or setting.name in TOLD_OF_GOODS)
        if not is_told and value != setting.default:
            faults.add(here, _not_told())
        elif setting.of and value:
            _check_names(setting.of, value, here, faults)
        elif setting.kind in (Kind.FILTER, Kind.CONDITION):
            _check_thing(value, here, faults)
        elif setting.kind in (Kind.FILTERS, Kind.PARTS, Kind.CONDITIONS):
            for place, one in enumerate(value):
                _check_thing(one, f"{here}/{place}", faults)


def _check_gift(sku: str, at: str, faults: Faults) -> None:
    """Money is not given away as goods are, and a gram of cloth is no gift."""
    variant = catalog.variants_for_sale([sku]).get(sku)
    if variant is not None and (variant.is_gift_card or variant.per > 1):
        faults.add(at, _("Only goods counted by the piece can be given, and no gift cards."))


def _check_names(of: str, names: Any, at: str, faults: Faults) -> None:
    wanted = {names} if isinstance(names, str) else set(names)
    missing = sorted(wanted - _KNOWN[of](wanted)) if wanted else []
    if missing:
        faults.add(at, _("These are not known here: %(names)s.", names=", ".join(missing)[:200]))


def _not_told() -> str:
    return str(_("Orders do not tell this yet, so it would never apply. Take it out."))


_KNOWN: Known = {
    "sku": lambda names: set(catalog.variants_for_sale(sorted(names))),
    "category": lambda _names: set(catalog.list_categories()),
    "brand": lambda _names: set(catalog.list_brands()),
    "channel": lambda _names: {one.code for one in organization.list_channels()},
    "store": lambda _names: {one.code for one in organization.list_stores()},
    "payment_method": lambda _names: {one.code for one in organization.list_payment_methods()},
    "shipping_method": lambda _names: {one.code for one in organization.list_shipping_methods()},
    "stage": lambda _names: set(customers.STAGES),
    "customer_group": lambda _names: {one.code for one in customers.list_groups()},
    "country": lambda names: {one for one in names if len(one) == 2 and one.isupper()},
}
