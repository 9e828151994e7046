"""Prices and their history as the cases write them -> values of pricing."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from modules.pricing import (
    CatalogueOffer,
    ListPrice,
    PricePeriod,
    PriceRule,
    PriorRule,
    Specificity,
    Window,
    announced_reduction,
    base_price,
    price_with_margin,
    prior_price,
    ruled_price,
    shelf_price,
)

Json = Mapping[str, Any]


def moment(text: str | None) -> datetime | None:
    """Return a day of a case as its first moment."""
    if text is None:
        return None
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def of_price(given: Json) -> Json:
    if "entries" in given:
        return _of_lists(given)
    if "rules" in given:
        return _of_rules(given)
    if "catalogue" in given:
        return of_catalogue(given)
    unit, discount = price_with_margin(
        given["base"],
        margin_bp=given.get("margin_bp", 0),
        discount_bp=given.get("discount_bp", 0),
    )
    return {"unit": unit, "discount": discount}


def _of_lists(given: Json) -> Json:
    prices = [
        ListPrice(
            price_list=one["list"],
            sku=one["sku"],
            price_minor=one["price"],
            least_quantity=one.get("min_qty", 1),
            currency=one.get("currency", ""),
            rank=one.get("rank", 0),
            groups=frozenset(one.get("groups", ())),
            channels=frozenset(one.get("channels", ())),
            stores=frozenset(one.get("stores", ())),
            valid_from=moment(one.get("valid_from")),
            valid_to=moment(one.get("valid_to")),
        )
        for one in given["entries"]
    ]
    at = moment(given["date"])
    assert at is not None
    chosen = base_price(
        prices,
        sku=given["sku"],
        quantity=given["qty"],
        at=at,
        currency=given.get("currency", ""),
        groups=frozenset(given.get("groups", ())),
        channel=given.get("channel", ""),
        store=given.get("store", ""),
    )
    if chosen is None:
        return {"unit": None, "total": None, "list": None}
    unit = chosen.unit_price_minor
    return {"unit": unit, "total": unit * given["qty"], "list": chosen.price_list}


def _of_rules(given: Json) -> Json:
    rules = []
    for one in given["rules"]:
        specificity = Specificity[one["specificity"].upper()]
        word = next(
            (one[key] for key in ("sku", "template", "category", "brand") if key in one), ""
        )
        rules.append(
            PriceRule(
                price_list=one["list"],
                specificity=specificity,
                word=word,
                rate_bp=one["percent_bp"],
                priority=one.get("priority", 0),
            )
        )
    found = ruled_price(
        given["base"],
        rules,
        sku=given["sku"],
        template=given.get("template", ""),
        categories=frozenset([given["category"]] if "category" in given else ()),
        brand=given.get("brand", ""),
    )
    return {
        "unit": found.unit_price_minor,
        "percent_bp": found.rate_bp,
        "list": found.price_list,
    }


def of_catalogue(given: Json) -> Json:
    offers = [
        CatalogueOffer(
            id=one["id"],
            priority=one.get("priority", 0),
            rate_bp=one.get("bp", 0),
            amount_minor=one.get("amount", 0),
            exclusive=one.get("exclusive", False),
        )
        for one in given["catalogue"]
    ]
    found = shelf_price(
        given["price"],
        offers,
        original_minor=given.get("original"),
        floor_minor=given.get("floor", 0),
    )
    return {"price": found.price_minor, "applied": list(found.applied)}


def of_catalogue_price(given: Json) -> Json:
    offer = {"id": 1, "bp": given.get("percent_bp", 0), "amount": given.get("amount", 0)}
    return of_catalogue({**given, "catalogue": [offer]})


def of_omnibus(given: Json) -> Json:
    history = given["history"]
    ends = [moment(since) for since, _price in history[1:]]
    periods = []
    for (since, price), until in zip(history, [*ends, None], strict=True):
        start = moment(since)
        assert start is not None
        periods.append(PricePeriod(price_minor=price, valid_from=start, valid_to=until))
    start = moment(given["reduction_start"])
    assert start is not None
    is_on_offer = given.get("count_days", given.get("window", "calendar")) == "on_offer"
    prior = prior_price(
        periods,
        reduction_at=start,
        zone=UTC,
        days=given.get("days", 30),
        window=Window.ON_OFFER if is_on_offer else Window.CALENDAR,
        rule=PriorRule.BEFORE_REDUCTION if given.get("perishable") else PriorRule.LOWEST,
    )
    told = announced_reduction(given["new_price"], prior) if "new_price" in given else None
    return {
        "prior_price": prior,
        "is_reduction": told.is_reduction if told else None,
        "percent_bp": told.percent_bp if told else None,
    }
