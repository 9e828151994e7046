"""The lowest prices: of variants, and by the margin above cost; and who may type less (nobody)."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import delete, select, update

from app import audit
from app.db import session
from app.errors import InvalidInput
from app.events import publish
from app.i18n import _
from app.reference import Reference
from modules import catalog, organization
from modules.pricing import book
from modules.pricing.errors import BelowMinimum, StaleMinimums
from modules.pricing.events import ListPricesChanged
from modules.pricing.looking_up import Wanted, floor_of
from modules.pricing.models import MarginGuard, PriceBook, PriceFloor

KIND = "minimum_prices"
_OF_ALL = Reference(KIND, 1)
MOST_MARGIN_BP = 100_000


def minimums_version() -> int:
    return session.scalar(select(PriceBook.version)) or 0


def margins() -> Mapping[str, int]:
    """Return the margin that is kept above cost, by category; "" = all others."""
    rows = session.scalars(select(MarginGuard).order_by(MarginGuard.category))
    return {one.category: one.margin_bp for one in rows}


def minimums_of(variant_ids: Iterable[int]) -> Mapping[int, int]:
    """Return the minimum prices that somebody set, by variant."""
    rows = session.execute(
        select(PriceFloor.variant_id, PriceFloor.least_minor).where(
            PriceFloor.variant_id.in_(set(variant_ids))
        )
    )
    return dict(rows.all())


def set_margins(*, version: int, margins: Mapping[str, int | None]) -> None:
    """
    Say how far above cost goods are sold at least, by category; None takes a margin away.

    :raises StaleMinimums: somebody changed them since `version` was read
    :raises InvalidInput: a margin is none
    """
    known = {one.category: one for one in session.scalars(select(MarginGuard))}
    old = {name: one.margin_bp for name, one in known.items() if name in margins}
    for category, margin_bp in margins.items():
        if margin_bp is None:
            if category in known:
                session.delete(known[category])
            continue
        if not 0 <= margin_bp <= MOST_MARGIN_BP:
            raise InvalidInput(
                _("Write a margin from 0 to 1000 per cent."), field="margins", pointer="/margins"
            )
        if category in known:
            known[category].margin_bp = margin_bp
        else:
            session.add(MarginGuard(category=category, margin_bp=margin_bp))
    _count_version(version)
    new = {name: value for name, value in margins.items() if value is not None}
    said = {"margins": _named(old)}, {"margins": _named(new)}
    audit.record_change(_OF_ALL, "margins", old=said[0], new=said[1])


def set_minimums(*, version: int, minimums: Mapping[int, int | None]) -> None:
    """
    Set the lowest prices of variants, with VAT; None takes one away.

    :raises StaleMinimums: somebody changed them since `version` was read
    """
    if not minimums:
        return
    old = dict(minimums_of(minimums))
    new = {key: value for key, value in minimums.items() if value}
    changed = {key for key in minimums if old.get(key) != new.get(key)}
    if not changed:
        return
    session.execute(
        delete(PriceFloor)
        .where(PriceFloor.variant_id.in_(changed))
        .execution_options(synchronize_session=False)
    )
    session.add_all(
        PriceFloor(variant_id=key, least_minor=new[key]) for key in sorted(changed & new.keys())
    )
    _count_version(version)
    names = {key: one.sku for key, one in catalog.variants_by_id(changed).items()}
    audit.record_change(
        _OF_ALL,
        "minimums",
        old={names[key]: old[key] for key in sorted(changed & old.keys())},
        new={names[key]: new[key] for key in sorted(changed & new.keys())},
    )


def lowest_allowed(variants: Sequence[catalog.VariantForSale]) -> Mapping[int, int]:
    """Return how low each variant may be priced, with VAT; 0 = as low as one likes."""
    kept = book.current()
    if not kept.has_floors and not kept.guards:
        return {}
    own = minimums_of(one.id for one in variants) if kept.has_floors else {}
    rates = organization.rates_on(organization.today())
    return {
        one.id: floor_of(
            kept,
            Wanted(
                variant_id=one.id,
                quantity=1,
                company_minor=one.price_minor,
                category=one.category,
                cost_minor=one.cost_minor,
                rate_bp=rates.get(one.tax_class_id, 0),
            ),
            own.get(one.id, 0),
        )
        for one in variants
    }


def refuse_too_low(variants: Sequence[catalog.VariantForSale]) -> None:
    """
    Refuse company prices under the minimum.

    :raises BelowMinimum: one is
    """
    least = lowest_allowed(variants)
    for one in variants:
        if one.price_minor < least.get(one.id, 0):
            currency = organization.get_company().currency
            raise BelowMinimum(one.sku, one.price_minor, least[one.id], currency)


def _named(values: Mapping[str, int]) -> dict[str, int]:
    return {name or "*": value for name, value in values.items()}


def _count_version(version: int) -> None:
    counted = session.execute(
        update(PriceBook)
        .where(PriceBook.id == 1, PriceBook.version == version)
        .values(version=PriceBook.version + 1)
        .returning(PriceBook.id)
        .execution_options(synchronize_session=False)
    ).first()
    if counted is None:
        raise StaleMinimums()
    session.expire(session.get_one(PriceBook, 1))
    book.turn_page()
    publish(ListPricesChanged())
