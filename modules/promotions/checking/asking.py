"""The check before a draft is published: what applies and what is sold, put to the pure core."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from app import clock
from modules import catalog, organization
from modules.promotions.checking.depth import Depth, Fallen
from modules.promotions.checking.meeting import (
    Goods,
    Meeting,
    Together,
    meetings,
    named_skus,
    wants_of,
)
from modules.promotions.engine.cart import CartLine
from modules.promotions.engine.offers import Phase
from modules.promotions.engine.promotion import Group, Promotion
from modules.promotions.published import Label, engine_groups, published
from modules.promotions.trying import read_version, tried_version

MOST_GOODS = 5_000
"""So many variants are looked at: a page waits for it."""
MOST_SKUS = 5_000
MOST_BESIDE = 8
"""With so many of the others that it meets the deepest price is looked for."""
MOST_TOLD = 20


@dataclass(frozen=True, kw_only=True)
class Met:
    """A published promotion that a draft can meet."""

    label: Label
    how: Together


@dataclass(frozen=True, kw_only=True)
class BelowCost:
    """Goods that may be sold for less than they cost: the variants of one product for which all
    figures are the same."""

    sku: str
    name: str
    fallen: Fallen
    variants: int = 1


@dataclass(frozen=True, kw_only=True)
class Check:
    """What publishing would mean, the worst first; `more_…` count what is not told one by one."""

    currency: str
    met: Sequence[Met] = ()
    more_met: int = 0
    below_cost: Sequence[BelowCost] = ()
    count_below: int = 0
    looked_at: int = 0
    without_cost: int = 0
    is_cut: bool = False
    """There are more goods than were looked at."""

    @property
    def count_met(self) -> int:
        return len(self.met) + self.more_met

    @property
    def more_below(self) -> int:
        return self.count_below - sum(one.variants for one in self.below_cost)


def check_promotion(promotion_id: int, *, most_goods: int = MOST_GOODS) -> Check:
    """Return what it would mean to publish a promotion as it is written down now."""
    version = tried_version(promotion_id)
    promotion = read_version(version.definition, key=promotion_id, number=version.number)
    known, groups = published(), engine_groups()
    others = [
        (one.promotion, one.group) for one in known.book.entries if one.promotion.id != promotion_id
    ]
    others += [
        (one, Group(id=""))
        for _said, one in known.parsed.values()
        if one.phase is Phase.CATALOGUE and one.id != promotion_id
    ]
    sold, is_cut = _goods_of(promotion, most_goods)
    lines = _lines_of(sold.values())
    goods = Goods([*lines, *_lines_named_by([one for one, _group in others], sold)])
    group = next((one for one in groups if one.id == promotion.group), Group(id=""))
    found = meetings(promotion, others, group=group, goods=goods, at=clock.now())
    below = _below_cost(promotion, found, groups, lines)
    told = list(_by_product(below, sold))
    return Check(
        currency=organization.get_company().currency,
        met=[Met(label=known.labels[int(one.other.id)], how=one.how) for one in found[:MOST_TOLD]],
        more_met=max(0, len(found) - MOST_TOLD),
        below_cost=told[:MOST_TOLD],
        count_below=len(below),
        looked_at=len(sold),
        without_cost=sum(one.cost_minor is None for one in sold.values()),
        is_cut=is_cut,
    )


def _goods_of(promotion: Promotion, most: int) -> tuple[dict[str, catalog.VariantForSale], bool]:
    """Return the goods that the promotion touches by SKU, and whether there are more."""
    found: dict[str, catalog.VariantForSale] = {}
    if promotion.phase is Phase.SHIPPING:
        return found, False
    for want in wants_of(promotion):
        rows = catalog.variants_like(
            skus=want.skus,
            brands=want.brands,
            categories=want.categories,
            limit=most + 1,
        )
        found |= {one.sku: one for one in rows}
    return dict(islice(found.items(), most)), len(found) > most


def _lines_named_by(
    others: Sequence[Promotion], sold: Mapping[str, catalog.VariantForSale]
) -> list[CartLine]:
    """Return the goods that the others name and the promotion may touch."""
    missing = islice((sku for sku in named_skus(others) if sku not in sold), MOST_SKUS)
    return _lines_of(catalog.variants_for_sale(list(missing)).values())


def _lines_of(variants: Iterable[catalog.VariantForSale]) -> list[CartLine]:
    """Return goods as the engine takes them, at the price of the company."""
    rates = organization.rates_on(organization.today())
    return [
        CartLine(
            key=one.sku,
            sku=one.sku,
            unit_price_minor=one.price_minor,
            quantity=1_000 if one.per > 1 else 1,
            per=one.per,
            rate_bp=rates.get(one.tax_class_id, 0),
            brand=one.brand or "",
            categories=frozenset({one.category} if one.category else ()),
            cost_minor=one.cost_minor,
        )
        for one in variants
    ]


def _below_cost(
    promotion: Promotion,
    found: Sequence[Meeting],
    groups: Sequence[Group],
    lines: Sequence[CartLine],
) -> list[Fallen]:
    if not lines:
        return []
    beside = [
        one.other
        for one in found
        if one.how in (Together.STACK, Together.BEST) and one.other.phase is not Phase.SHIPPING
    ]
    depth = Depth(promotion, others=beside[:MOST_BESIDE], groups=groups, goods=lines)
    return depth.below_cost(lines)


def _by_product(
    below: Sequence[Fallen], sold: Mapping[str, catalog.VariantForSale]
) -> Iterator[BelowCost]:
    """Yield the goods with what differs only by colour or size told once, in the same order."""
    alike: dict[tuple[int, Fallen], list[Fallen]] = {}
    for one in below:
        alike.setdefault((sold[one.sku].product_id, one._replace(sku="")), []).append(one)
    for own in alike.values():
        first = sold[own[0].sku]
        name = _name_of(first) if len(own) == 1 else first.name
        yield BelowCost(sku=first.sku, name=name, fallen=own[0], variants=len(own))


def _name_of(variant: catalog.VariantForSale) -> str:
    return f"{variant.name} · {variant.label}" if variant.label else variant.name
