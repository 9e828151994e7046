"""Carts and promotions of any kind, drawn from one number, for the rules that hold of all."""

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

from modules.promotions.engine.benefit import Benefit
from modules.promotions.engine.benefits.amount import Amount, Each
from modules.promotions.engine.benefits.bundle_price import BundlePrice
from modules.promotions.engine.benefits.buy_get import BuyGet
from modules.promotions.engine.benefits.delivery_amount import DeliveryAmount, DeliveryPrice
from modules.promotions.engine.benefits.delivery_percent import DeliveryPercent
from modules.promotions.engine.benefits.fixed_price import FixedPrice
from modules.promotions.engine.benefits.free_delivery import FreeDelivery
from modules.promotions.engine.benefits.free_goods import FreeGoods
from modules.promotions.engine.benefits.group_each import GroupEach
from modules.promotions.engine.benefits.group_price import GroupPrice
from modules.promotions.engine.benefits.nth_unit import NthUnit
from modules.promotions.engine.benefits.percent import Percent
from modules.promotions.engine.benefits.tiered import Measure, TieredAmount, TieredPercent
from modules.promotions.engine.cart import Cart, CartLine, EnteredCode, Rebate
from modules.promotions.engine.condition import Condition
from modules.promotions.engine.conditions.any_of import AnyOf
from modules.promotions.engine.conditions.contains import Contains
from modules.promotions.engine.conditions.none_of import NoneOf
from modules.promotions.engine.conditions.quantity_at_least import QuantityAtLeast
from modules.promotions.engine.conditions.subtotal_at_least import SubtotalAtLeast
from modules.promotions.engine.filters import EVERYTHING, Filter
from modules.promotions.engine.grouping import Part
from modules.promotions.engine.offers import Basis, Phase, Round, Select
from modules.promotions.engine.promotion import Group, GroupMode, Promotion, Remaining, Trigger

MOMENT = datetime(2026, 11, 21, 11, tzinfo=UTC)
GROUPS = (
    Group(id="best", mode=GroupMode.BEST_FOR_CUSTOMER),
    Group(id="units", mode=GroupMode.BEST_FOR_CUSTOMER, same_units=True),
    Group(id="first", mode=GroupMode.FIRST_BY_PRIORITY),
    Group(id="two", mode=GroupMode.MOST, most=2),
    Group(id="exact", mode=GroupMode.BEST_COMBINATION),
    Group(id="turn", mode=GroupMode.FIRST_BY_PRIORITY, same_units=True),
)
CATEGORIES = ("shirts", "shoes", "bags")
STEPS = ((1, 500), (3, 1_500), (5_000, 2_000))


class Draw:
    """Draws whatever the engine takes; one seed is one world."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def money(self) -> int:
        return self.random.choice((0, 1, 99, 1_000, self.random.randint(0, 20_000)))

    def rate(self) -> int:
        return self.random.choice((0, 333, 1_000, 5_000, 10_000, self.random.randint(0, 10_000)))

    def count(self, most: int = 4) -> int:
        return self.random.randint(1, most)

    def some(self) -> int | None:
        return self.random.choice((None, None, self.count()))

    def at_most(self) -> int | None:
        return self.random.choice((None, None, self.random.randint(0, 5_000)))

    def flag(self, one_in: int = 2) -> bool:
        return self.random.randrange(one_in) == 0

    def filter(self) -> Filter:
        return self.random.choice(
            (
                EVERYTHING,
                Filter(categories=frozenset(self.random.sample(CATEGORIES, 1))),
                Filter(skus=frozenset(self.random.sample("ABCDE", self.count(3)))),
                Filter(not_on_sale=True, least_price_minor=500),
            )
        )

    def select(self) -> Select:
        return self.random.choice((Select.CHEAPEST, Select.DEAREST))

    def ordered_benefit(self) -> Benefit:
        """Return a benefit on goods whose meaning does not depend on the order of the lines."""
        own, rounding = self.filter(), self.random.choice(list(Round))
        basis, measure = self.random.choice(list(Basis)), self.random.choice(list(Measure))
        kinds: tuple[Callable[[], Benefit], ...] = (
            lambda: Percent(
                rate_bp=self.rate(),
                filter=own,
                on_sum=self.flag(),
                basis=basis,
                round=rounding,
                select=self.select(),
                limit_units=self.some(),
                most_minor=self.at_most(),
            ),
            lambda: Amount(
                amount_minor=self.money(),
                filter=own,
                each=self.random.choice(list(Each)),
                limit_units=self.some(),
                most_minor=self.at_most(),
            ),
            lambda: FixedPrice(price_minor=self.money(), filter=own, limit_units=self.some()),
            lambda: BuyGet(
                buy_count=self.count(3),
                get_count=self.count(2),
                buy=self.random.choice((own, self.filter())),
                get=own,
                rate_bp=self.random.choice((10_000, self.rate())),
                select=self.select(),
                shared=self.flag(),
                round=rounding,
                max_applications=self.some(),
                most_minor=self.at_most(),
            ),
            lambda: GroupPrice(
                count=self.count(),
                price_minor=self.money(),
                filter=own,
                max_applications=self.some(),
                most_minor=self.at_most(),
            ),
            lambda: BundlePrice(
                parts=(Part(filter=own), Part(filter=self.filter(), count=self.count(2))),
                price_minor=self.money(),
                max_applications=self.some(),
            ),
            lambda: NthUnit(number=self.count(3), rate_bp=self.rate(), filter=own, round=rounding),
            lambda: TieredPercent(
                steps=STEPS, measure=measure, filter=own, on_sum=self.flag(), basis=basis
            ),
            lambda: TieredAmount(steps=STEPS, measure=measure, filter=own),
        )
        return self.random.choice(kinds)()

    def benefit(self) -> Benefit:
        if self.flag(8):
            return GroupEach(
                count=self.count(),
                amount_minor=self.money(),
                rate_bp=self.rate(),
                filter=self.filter(),
                most_minor=self.at_most(),
            )
        if self.flag(10):
            return FreeGoods(sku="GIFT", filter=self.filter(), worth_minor=self.money())
        return self.ordered_benefit()

    def delivery_benefit(self) -> Benefit:
        return self.random.choice(
            (
                FreeDelivery(),
                DeliveryPercent(rate_bp=self.rate()),
                DeliveryAmount(amount_minor=self.money()),
                DeliveryPrice(price_minor=self.money()),
            )
        )

    def condition(self, deep: bool = True) -> Condition:
        if deep and self.flag(4):
            several = tuple(self.condition(deep=False) for _each in range(self.count(2)))
            return AnyOf(conditions=several) if self.flag() else NoneOf(conditions=several)
        own = self.filter()
        return self.random.choice(
            (
                SubtotalAtLeast(
                    amount_minor=self.money(), filter=own, basis=self.random.choice(list(Basis))
                ),
                QuantityAtLeast(count=self.count(6), filter=own),
                Contains(filter=own),
            )
        )

    def promotion(self, key: int) -> Promotion:
        phase = self.random.choice((Phase.LINE, Phase.LINE, Phase.ORDER, Phase.SHIPPING))
        kind = self.delivery_benefit if phase is Phase.SHIPPING else self.benefit
        code = self.random.choice(("", "", "", "HAVE", "LACK"))
        tags: tuple[frozenset[str], ...] = (frozenset(), frozenset("x"), frozenset("y"))
        return Promotion(
            id=key,
            phase=phase,
            benefits=tuple(kind() for _each in range(self.random.choice((1, 1, 2)))),
            conditions=(self.condition(),) if self.flag(3) else (),
            priority=self.random.randint(0, 2),
            trigger=Trigger.CODE if code else Trigger.AUTO,
            codes=frozenset([code] if code else ()),
            group=self.random.choice(("", "", *(group.id for group in GROUPS))),
            exclusive=self.flag(16),
            tags=self.random.choice(tags),
            deny_tags=self.random.choice(tags[:2]) if self.flag(3) else frozenset(),
            allow_tags=self.random.choice(tags) if self.flag(8) else None,
            once_per_product=self.flag(6),
            most_minor=self.at_most(),
            margin_bp=self.random.randint(0, 3_000) if self.flag(4) else None,
        )

    def book(self) -> list[Promotion]:
        return [self.promotion(key) for key in range(1, self.random.randint(1, 8))]

    def line(self, key: str, price: int) -> CartLine:
        return CartLine(
            key=key,
            sku=key,
            unit_price_minor=price,
            quantity=self.count(7),
            rate_bp=self.random.choice((2300, 800, 0)),
            categories=frozenset(self.random.sample(CATEGORIES, self.random.randint(0, 2))),
            discountable=not self.flag(8),
            floor_minor=self.random.choice((0, 0, price // 2, price)),
            cost_minor=self.random.choice((None, price // 3)),
            on_sale=self.flag(4),
        )

    def cart(self) -> Cart:
        keys = "ABCDE"[: self.count(5)]
        prices = self.random.sample(range(10_000), len(keys))
        points = (Rebate(key="points", amount_minor=self.money()),)
        return Cart(
            currency="PLN",
            lines=[self.line(key, price) for key, price in zip(keys, prices, strict=True)],
            moment=MOMENT,
            net=self.flag(6),
            shipping_minor=self.random.choice((0, 1_599)),
            shipping_rate_bp=2300,
            codes=(EnteredCode(text=" have"), EnteredCode(text="who?")),
            rebates=points if self.flag(3) else (),
        )

    def remaining(self) -> dict[int | str, Remaining]:
        return {
            key: Remaining(uses=self.random.randint(0, 2), budget_minor=self.at_most())
            for key in range(1, 8)
            if self.flag(5)
        }
