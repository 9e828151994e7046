"""One evaluation while it runs: what was tried, what was applied, and why the rest was not."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from modules.promotions.engine.basket import Basket
from modules.promotions.engine.book import Book, Entry, Plan
from modules.promotions.engine.cart import Cart, Key
from modules.promotions.engine.condition import first_miss
from modules.promotions.engine.gates import Door, budget_short, entered_codes, limit_reached
from modules.promotions.engine.offers import FreeGood, Offer, Piece, Run, Take
from modules.promotions.engine.promotion import UNLIMITED, Promotion, Remaining
from modules.promotions.engine.results import Adjustment
from modules.promotions.engine.verdicts import Miss, Reason, Status, Verdict
from modules.promotions.engine.view import View, resolved


class Trial(NamedTuple):
    """What a promotion would do now; a miss where it would do nothing."""

    worth: int
    """What it is compared by."""
    amount: int
    offers: tuple[Offer, ...]
    miss: Miss | None = None


class Running:
    """Holds the basket and the trace of one evaluation."""

    def __init__(
        self, book: Book, cart: Cart, remaining: Mapping[Key, Remaining], asked: Sequence[Key]
    ) -> None:
        self.cart = cart
        self.basket = Basket(cart)
        self.remaining = remaining
        self.has_rules = book.has_rules
        self.entered, self.unknown = entered_codes(cart, book.by_code)
        self.door = Door(cart, self.entered, remaining)
        self.candidates = book.candidates(self.basket.places, (*asked, *self.entered, *cart.chosen))
        self.applied: list[Entry] = []
        self.adjustments: list[Adjustment] = []
        self.free_goods: list[FreeGood] = []
        self.accepted: list[Verdict] = []
        self.refused: list[tuple[int, Verdict]] = []

    # -- asking ------------------------------------------------------------------------------

    def admitted(self) -> list[Entry]:
        """Return the candidates that are open to this cart, in the order of application."""
        entrants = []
        for entry in self.candidates:
            for gate in entry.gates:
                miss = gate(self.door)
                if miss is not None:
                    self.refuse(entry, miss)
                    break
            else:
                entrants.append(entry)
        entrants.sort(key=lambda entry: entry.rank)
        return entrants

    def judge(self, entry: Entry) -> Miss | None:
        """Return what keeps a promotion from being tried as the basket stands."""
        promotion = entry.promotion
        miss = None
        if self.remaining:
            miss = limit_reached(self.remaining.get(promotion.id, UNLIMITED))
        if miss is None and promotion.conditions:
            miss = first_miss(promotion.conditions, self.basket, "conditions")
        if miss is None and self.has_rules:
            miss = self.denied(entry)
        return miss

    def denied(self, entry: Entry) -> Miss | None:
        """Return the promotion that was applied and does not bear this one."""
        if self.has_rules:
            for other in self.applied:
                if not entry.promotion.combines_with(other.promotion):
                    return Miss(
                        Reason.DENIED_COMBINATION, "combination", competitor=other.promotion.id
                    )
        return None

    def trial(self, entry: Entry) -> Trial:
        """Return what a promotion would do; the basket stays as it is."""
        if len(entry.plans) == 1:
            offer = self._offer(entry.promotion, entry.plans[0])
            return self._weigh(entry, (offer,), offer.amount, offer.shipping, offer.worth)
        self.basket.begin()
        before = len(self.adjustments), len(self.free_goods)
        offers, amount, shipping, worth = [], 0, 0, 0
        for plan in entry.plans:
            offer = self._offer(entry.promotion, plan)
            offers.append(offer)
            most = _allowance(entry.promotion, amount + shipping)
            off, less = self._apply(entry, plan, offer, most)
            amount, shipping, worth = amount + off, shipping + less, worth + offer.worth
        self.basket.take_back()
        del self.adjustments[before[0] :], self.free_goods[before[1] :]
        return self._weigh(entry, tuple(offers), amount, shipping, worth)

    def _weigh(
        self, entry: Entry, offers: tuple[Offer, ...], amount: int, shipping: int, worth: int
    ) -> Trial:
        promotion = entry.promotion
        total = amount + shipping
        if promotion.most_minor is not None:
            total = min(total, promotion.most_minor)
        if not total and not any(offer.goods for offer in offers):
            return Trial(0, 0, offers, self._no_effect(promotion, offers))
        miss = None
        if self.remaining:
            miss = budget_short(self.remaining.get(promotion.id, UNLIMITED), total + worth)
        return Trial(total + worth, total, offers, miss)

    def _no_effect(self, promotion: Promotion, offers: Sequence[Offer]) -> Miss:
        reason, needed, have = Reason.NO_EFFECT, None, None
        for offer in offers:
            if offer.needed is not None:
                needed, have = offer.needed, offer.have
            if offer.reason is not None:
                reason = offer.reason
            elif offer.wanted > 0:
                reason = Reason.FLOOR_REACHED
        if reason is Reason.NO_EFFECT and not any(
            self.basket.lines_of(want) for benefit in promotion.benefits for want in benefit.wants()
        ):
            reason = Reason.NO_ELIGIBLE_ITEMS
        return Miss(reason, "benefits", needed, have)

    def _offer(self, promotion: Promotion, plan: Plan) -> Offer:
        return plan.benefit.offer(View(self.basket, margin_bp=promotion.margin_bp, shut=plan.shut))

    # -- doing -------------------------------------------------------------------------------

    def attempt(self, entry: Entry) -> bool:
        """Apply a promotion as the basket stands, or say why not; return whether it applied."""
        miss = self.judge(entry)
        if miss is None:
            trial = self.trial(entry)
            miss = trial.miss
            if miss is None:
                self.carry_out(entry, trial)
                return True
        self.refuse(entry, miss)
        return False

    def carry_out(self, entry: Entry, trial: Trial) -> None:
        """Apply a promotion whose trial was made on the basket as it stands."""
        self.applied.append(entry)
        total = 0
        for at, plan in enumerate(entry.plans):
            offer = trial.offers[at] if len(entry.plans) == 1 else None
            if offer is None:  # the second benefit sees what the first has done
                offer = self._offer(entry.promotion, plan)
            off, less = self._apply(entry, plan, offer, _allowance(entry.promotion, total))
            total += off + less
        promotion = entry.promotion
        self.accepted.append(
            Verdict(
                promotion.id,
                promotion.version,
                Status.APPLIED,
                code=self._code_of(entry),
                amount_minor=total,
            )
        )

    def _apply(self, entry: Entry, plan: Plan, offer: Offer, most: int | None) -> tuple[int, int]:
        """Do what a benefit offers, up to `most`; return what came off goods and delivery."""
        amount, number = 0, len(self.applied)
        promotion, code = entry.promotion, self._code_of(entry)
        lines, basket, adjustments = self.cart.lines, self.basket, self.adjustments
        key, version, marks = promotion.id, promotion.version, plan.marks
        for take in _with_held(resolved(offer, most), offer.held):
            amount += take.amount
            line = lines[take.place].key
            if take.pieces is None:
                count = basket.take_from_all(take, marks)
                if take.amount:
                    adjustments.append(
                        Adjustment(line, key, version, code, take.amount, number, 1, count)
                    )
                continue
            for first, last, part in basket.take_from_units(take, marks):
                if part:
                    adjustments.append(
                        Adjustment(line, key, version, code, part, number, first, last)
                    )
        shipping = offer.shipping if most is None else min(offer.shipping, most - amount)
        if shipping:
            self.basket.take_off_shipping(shipping)
            self.adjustments.append(
                Adjustment(None, promotion.id, promotion.version, code, shipping, number, 1, 1)
            )
        for sku, quantity in offer.goods:
            self.free_goods.append(FreeGood(promotion.id, promotion.version, sku, quantity))
        return amount, shipping

    def mark(self) -> tuple[int, int, int, int]:
        """Begin what may be taken back as a whole; return where the lists stand."""
        self.basket.begin()
        kept = (self.applied, self.adjustments, self.free_goods, self.accepted)
        one, two, three, four = (len(rows) for rows in kept)
        return one, two, three, four

    def take_back(self, mark: tuple[int, int, int, int]) -> None:
        """Undo everything since the mark."""
        self.basket.take_back()
        del self.applied[mark[0] :], self.adjustments[mark[1] :]
        del self.free_goods[mark[2] :], self.accepted[mark[3] :]

    def _code_of(self, entry: Entry) -> str:
        codes = self.entered.get(entry.promotion.id, ())
        return next((code.text for code in codes if code.refusal is None), "")

    def is_refused(self, entry: Entry) -> bool:
        return any(place == entry.place for place, _verdict in self.refused)

    def refuse(self, entry: Entry, miss: Miss) -> None:
        """Note why a promotion does not apply."""
        promotion = entry.promotion
        codes = self.entered.get(promotion.id) if self.entered else None
        self.refused.append(
            (
                entry.place,
                Verdict(
                    promotion.id,
                    promotion.version,
                    Status.REJECTED,
                    miss.reason,
                    miss.path,
                    miss.needed,
                    miss.have,
                    miss.shortfall,
                    miss.competitor,
                    codes[0].text if codes else "",
                ),
            )
        )


def _allowance(promotion: Promotion, used: int) -> int | None:
    return None if promotion.most_minor is None else max(0, promotion.most_minor - used)


def _with_held(takes: Sequence[Take], held: Sequence[Run]) -> Sequence[Take]:
    """Return takes together with the units that are used up without being cheaper."""
    if not held:
        return takes
    by_place = {take.place: take for take in takes}
    for run in held:
        take = by_place.get(run.place, Take(run.place, 0, ()))
        by_place[run.place] = take._replace(
            pieces=(*(take.pieces or ()), Piece(run.bucket, run.units, 0))
        )
    return list(by_place.values())
