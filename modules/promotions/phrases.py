"""
What the usual conditions and benefits say, as people say it.

What has no phrase of its own is told by its title and its settings. Goods stand in brackets: so
they need no inflection in any language.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Protocol

from app.i18n import _, ngettext
from app.look import money, number, percent
from modules.promotions.engine.benefit import Benefit
from modules.promotions.engine.benefits.amount import Each
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.settings import Kind, settings_of

_WHOLE = 10_000


class Tells(Protocol):
    """Who knows how goods, names and other settings are told."""

    currency: str

    def goods(self, filter_: Any) -> str: ...

    def thing(self, thing: Any) -> str: ...

    def names(self, of: str, codes: Any) -> list[str]: ...

    def labelled(self, setting: Any, value: Any, thing: Any) -> str: ...


class Phrase(NamedTuple):
    """What is said, and by which settings: others that are set are told behind it."""

    say: Callable[[Any, Tells], str]
    told: frozenset[str]


def rate_words(rate_bp: int) -> str:
    places = 0 if rate_bp % 100 == 0 else 1 if rate_bp % 10 == 0 else 2
    return percent(rate_bp / 10_000, places)


def phrase_of(thing: Condition | Benefit, tells: Tells) -> str | None:
    """Return what a condition or benefit says; nothing where no phrase fits what is set."""
    phrase = _PHRASES.get(thing.kind)
    if phrase is None:
        return None
    said = phrase.say(thing, tells)
    if not said:
        return None
    beside = []
    for setting in settings_of(thing):
        value = getattr(thing, setting.name)
        if setting.name in phrase.told or value == setting.default:
            continue
        if setting.kind is Kind.FILTER:
            beside.append(tells.goods(value))
        else:
            beside.append(tells.labelled(setting, value, thing))
    return f"{said} ({'; '.join(beside)})" if beside else said


def _percent(thing: Any, _tells: Tells) -> str:
    return str(_("%(rate)s off", rate=rate_words(thing.rate_bp)))


def _amount(thing: Any, tells: Tells) -> str:
    amount = money(thing.amount_minor, tells.currency)
    words = {
        Each.ONCE: _("%(amount)s off", amount=amount),
        Each.LINE: _("%(amount)s off each line", amount=amount),
        Each.UNIT: _("%(amount)s off each piece", amount=amount),
    }
    return str(words[thing.each])


def _nth_unit(thing: Any, _tells: Tells) -> str:
    count = number(thing.number)
    if thing.rate_bp == _WHOLE:
        return str(_("of every %(count)s pieces one for nothing", count=count))
    return str(
        _("of every %(count)s pieces one %(rate)s off", count=count, rate=rate_words(thing.rate_bp))
    )


def _buy_get(thing: Any, _tells: Tells) -> str:
    buy, get = number(thing.buy_count), number(thing.get_count)
    if thing.rate_bp == _WHOLE:
        return str(_("buy %(buy)s, get %(get)s for nothing", buy=buy, get=get))
    rate = rate_words(thing.rate_bp)
    return str(_("buy %(buy)s, get %(get)s with %(rate)s off", buy=buy, get=get, rate=rate))


def _group_price(thing: Any, tells: Tells) -> str:
    price = money(thing.price_minor, tells.currency)
    return ngettext(
        "%(count)s piece for %(price)s",
        "%(count)s pieces for %(price)s",
        thing.count,
        count=number(thing.count),
        price=price,
    )


def _free_goods(thing: Any, _tells: Tells) -> str:
    return str(_("%(count)s × %(sku)s for nothing", count=number(thing.count), sku=thing.sku))


def _any_of(thing: Any, tells: Tells) -> str:
    return str(_("at least one of these (%(conditions)s)", conditions=_inside(thing, tells)))


def _none_of(thing: Any, tells: Tells) -> str:
    return str(_("none of these (%(conditions)s)", conditions=_inside(thing, tells)))


def _inside(thing: Any, tells: Tells) -> str:
    return "; ".join(tells.thing(one) for one in thing.conditions)


def _fixed_price(thing: Any, tells: Tells) -> str:
    return str(_("each piece for %(price)s", price=money(thing.price_minor, tells.currency)))


def _delivery_price(thing: Any, tells: Tells) -> str:
    return str(_("delivery for %(price)s", price=money(thing.price_minor, tells.currency)))


def _delivery_amount(thing: Any, tells: Tells) -> str:
    return str(_("%(amount)s off the delivery", amount=money(thing.amount_minor, tells.currency)))


def _delivery_percent(thing: Any, _tells: Tells) -> str:
    return str(_("%(rate)s off the delivery", rate=rate_words(thing.rate_bp)))


def _subtotal(thing: Any, tells: Tells) -> str:
    return str(_("goods for %(amount)s or more", amount=money(thing.amount_minor, tells.currency)))


def _pieces(thing: Any, _tells: Tells) -> str:
    return ngettext(
        "%(count)s piece or more",
        "%(count)s pieces or more",
        thing.count,
        count=number(thing.count),
    )


def _different(thing: Any, _tells: Tells) -> str:
    return str(_("%(count)s different goods or more", count=number(thing.count)))


def _between(thing: Any, _tells: Tells) -> str:
    least = number(thing.least)
    if thing.most is None:
        return str(_("from %(least)s pieces on", least=least))
    return str(_("from %(least)s to %(most)s pieces", least=least, most=number(thing.most)))


def _order_number(thing: Any, _tells: Tells) -> str:
    if thing.repeats:
        return str(_("every %(number)s. order of the buyer", number=number(thing.number)))
    if thing.number == 1:
        return str(_("the buyer’s first order"))
    return str(_("the buyer’s order number %(number)s", number=number(thing.number)))


def _last_order(thing: Any, _tells: Tells) -> str:
    least = number(thing.least)
    if thing.most is None:
        return str(_("the last order was %(least)s days ago or more", least=least))
    most = number(thing.most)
    return str(_("the last order was %(least)s to %(most)s days ago", least=least, most=most))


def _birthday(thing: Any, _tells: Tells) -> str:
    if not thing.days_before and not thing.days_after:
        return str(_("on the buyer’s birthday"))
    before, after = number(thing.days_before), number(thing.days_after)
    return str(
        _(
            "from %(before)s days before the buyer’s birthday to %(after)s days after it",
            before=before,
            after=after,
        )
    )


def _customer(thing: Any, tells: Tells) -> str:
    kinds: Mapping[str, Any] = {
        "stage": thing.stages,
        "customer_group": thing.groups,
        "tier": thing.tiers,
        "": thing.segments,
    }
    said = [" / ".join(tells.names(of, codes)) for of, codes in kinds.items() if codes]
    return str(_("the buyer is: %(names)s", names=", ".join(said))) if said else ""


def _phrase(say: Callable[[Any, Tells], str], *told: str) -> Phrase:
    return Phrase(say, frozenset(told))


_PHRASES: Mapping[str, Phrase] = {
    "percent": _phrase(_percent, "rate_bp"),
    "amount": _phrase(_amount, "amount_minor", "each"),
    "nth_unit": _phrase(_nth_unit, "number", "rate_bp"),
    "buy_get": _phrase(_buy_get, "buy_count", "get_count", "rate_bp"),
    "group_price": _phrase(_group_price, "count", "price_minor"),
    "fixed_price": _phrase(_fixed_price, "price_minor"),
    "delivery_price": _phrase(_delivery_price, "price_minor"),
    "delivery_amount": _phrase(_delivery_amount, "amount_minor"),
    "delivery_percent": _phrase(_delivery_percent, "rate_bp"),
    "free_goods": _phrase(_free_goods, "sku", "count", "worth_minor"),
    "any_of": _phrase(_any_of, "conditions"),
    "none_of": _phrase(_none_of, "conditions"),
    "subtotal_at_least": _phrase(_subtotal, "amount_minor"),
    "quantity_at_least": _phrase(_pieces, "count"),
    "quantity_between": _phrase(_between, "least", "most"),
    "distinct_products": _phrase(_different, "count"),
    "order_number": _phrase(_order_number, "number", "repeats"),
    "last_order": _phrase(_last_order, "least", "most"),
    "birthday": _phrase(_birthday, "days_before", "days_after"),
    "customer_is": _phrase(_customer, "stages", "groups", "tiers", "segments"),
}
