"""
The paper partners' own API: their words, their rules, nothing of ours.

Each partner keeps its books in one file. A fault can be laid into a partner, so that a test sees
what becomes of a call that times out before or after its effect, is refused, or finds nobody.
"""

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Protocol


class Books(Protocol):
    """Where a partner keeps what it knows; `open` holds it alone and writes it whole."""

    def read(self) -> dict[str, Any]: ...

    def open(self) -> Any: ...


Now = Callable[[], datetime]


class PaperError(Exception):
    """Something went wrong at the partner."""


class Unreachable(PaperError):
    """Nobody is there; nothing happened."""


class TimedOut(PaperError):
    """No answer came; nobody knows whether anything happened."""


class Refused(PaperError):
    """The partner says no."""

    def __init__(self, text: str, *, field: str = "", code: str = "") -> None:
        super().__init__(text)
        self.field, self.code = field, code


FAULTS = ("down", "timeout_before", "timeout_after", "refuse", "slow")


class Partner:
    """What all four have in common: books, a clock, and faults that wait in the books."""

    def __init__(self, books: Books, now: Now) -> None:
        self._books, self._now = books, now

    def lay_fault(self, operation: str, kind: str, *, times: int = 1) -> None:
        """Let the next calls of an operation go wrong in one of the ways of `FAULTS`."""
        if kind not in FAULTS:
            raise ValueError(f"{kind} is none of {', '.join(FAULTS)}")
        with self._books.open() as books:
            books.setdefault("faults", {})[operation] = {"kind": kind, "times": times}

    def books(self) -> dict[str, Any]:
        """Return all that the partner has written down, for a person to look at."""
        return self._books.read()

    def ping(self) -> int:
        """Answer, and tell how many kinds of things stand in the books."""
        with self._call("ping") as books:
            return len(books)

    @contextmanager
    def _call(self, operation: str) -> Iterator[dict[str, Any]]:
        """Hold the books for one call; the fault that waits for it strikes before or after."""
        kind = self._take_fault(operation)
        if kind == "down":
            raise Unreachable(f"{operation}: connection refused")
        if kind == "timeout_before":
            raise TimedOut(f"{operation}: no answer")
        if kind == "refuse":
            raise Refused("Refused, as the fault that was laid says.", code="fault")
        if kind == "slow":
            time.sleep(2)
        with self._books.open() as books:
            yield books
        if kind == "timeout_after":
            raise TimedOut(f"{operation}: no answer")

    def _take_fault(self, operation: str) -> str | None:
        if operation not in self._books.read().get("faults", {}):
            return None
        with self._books.open() as books:
            fault = books["faults"].get(operation)
            if fault is None:
                return None
            fault["times"] -= 1
            if fault["times"] <= 0:
                del books["faults"][operation]
            return str(fault["kind"])

    def _stamp(self) -> str:
        return self._now().isoformat(timespec="seconds")


class PaperShop(Partner):
    """A web shop: it takes orders, shows a journal of them, and sells what it is told it may."""

    def put_order(self, order: Mapping[str, Any]) -> int:
        """Take an order, or a change of one; return its place in the journal."""
        if not order.get("id") or not order.get("items"):
            raise Refused("An order has an id and items.", field="id")
        with self._books.open() as books:
            journal = books.setdefault("journal", [])
            orders = books.setdefault("orders", {})
            place = len(journal) + 1
            kept = {"created": self._stamp(), **order, "place": place}
            orders[str(order["id"])] = kept
            journal.append({"place": place, "id": str(order["id"]), "at": self._stamp()})
            return place

    def orders_after(self, place: int, *, limit: int = 50) -> list[dict[str, Any]]:
        """Return what is in the journal after a place: each order once, as it is now."""
        with self._call("orders") as books:
            later = [one for one in books.get("journal", []) if one["place"] > place][:limit]
            newest = {one["id"]: one["place"] for one in later}
            orders: dict[str, Any] = books.get("orders", {})
            found = [{**orders[key], "journal_place": at} for key, at in newest.items()]
            return sorted(found, key=lambda order: int(order["journal_place"]))

    def place_at(self, moment: datetime) -> int:
        """Return the place in the journal after which everything since a moment stands."""
        journal = self._books.read().get("journal", [])
        earlier = [one["place"] for one in journal if datetime.fromisoformat(one["at"]) < moment]
        return max(earlier, default=0)

    def set_stock(self, stock: Mapping[str, int], *, seen: int) -> dict[str, str]:
        """Set what may be sold, as of a place in the journal; return what is wrong by code."""
        wrong = {code: "no such code" for code in stock if not code.strip()}
        wrong |= {code: "less than none" for code, count in stock.items() if count < 0}
        with self._call("stock") as books:
            shelf = books.setdefault("stock", {})
            for code, count in stock.items():
                if code not in wrong:
                    shelf[code] = {"count": count, "seen": seen}
        return wrong

    def for_sale(self, code: str) -> int | None:
        """Return how many the shop sells now: what it was told, less what was ordered since."""
        books = self._books.read()
        told = books.get("stock", {}).get(code)
        if told is None:
            return None
        since = sum(
            int(item["count"])
            for order in books.get("orders", {}).values()
            if order["place"] > told["seen"] and not order.get("cancelled")
            for item in order["items"]
            if item["code"] == code
        )
        return max(int(told["count"]) - since, 0)

    def set_parcel(self, order_id: str, *, carrier: str, number: str) -> None:
        """Show the buyer where the parcel is."""
        with self._call("parcel") as books:
            order = self._order(books, order_id)
            parcels = order.setdefault("parcels", [])
            if {"carrier": carrier, "number": number} not in parcels:
                parcels.append({"carrier": carrier, "number": number})

    def set_cancelled(self, order_id: str, *, reason: str) -> None:
        """Tell the buyer that the order will not come."""
        with self._call("cancel") as books:
            order = self._order(books, order_id)
            order["cancelled_by_seller"] = reason

    def order(self, order_id: str) -> dict[str, Any]:
        """Return one order as the shop knows it."""
        return self._order(self._books.read(), order_id)

    @staticmethod
    def _order(books: Mapping[str, Any], order_id: str) -> dict[str, Any]:
        order: dict[str, Any] | None = books.get("orders", {}).get(order_id)
        if order is None:
            raise Refused(f"no order {order_id}", code="not_found")
        return order


class PaperCourier(Partner):
    """A courier: it numbers parcels, and moves them by the hour once they were handed over."""

    ROAD = (("collected", timedelta(minutes=2)), ("delivered", timedelta(minutes=30)))

    def announce(self, parcel: Mapping[str, Any], *, their_key: str) -> dict[str, Any]:
        """Take a parcel on; the same key is the same parcel."""
        to = parcel["to"]
        if not to.get("name"):
            raise Refused("The name of the recipient is missing.", field="to.name", code="MISSING")
        if not parcel.get("point") and not (to.get("street") and to.get("town")):
            raise Refused("The address is not complete.", field="to.street", code="ADDRESS")
        with self._call("announce") as books:
            parcels = books.setdefault("parcels", {})
            for known in parcels.values():
                if known["their_key"] == their_key:
                    return dict(known)
            number = f"PC{len(parcels) + 1:09d}{_check_digit(len(parcels) + 1)}"
            kept = {
                **parcel,
                "id": f"paper-{len(parcels) + 1}",
                "their_key": their_key,
                "number": number,
                "ready": not books.get("slow_labels", False),
                "announced": self._stamp(),
                "seen": [{"what": "announced", "at": self._stamp(), "where": ""}],
            }
            parcels[kept["id"]] = kept
            return dict(kept)

    def by_key(self, their_key: str) -> dict[str, Any] | None:
        """Return the parcel with a key; one whose label was being made is ready now."""
        with self._call("by_key") as books:
            for parcel in books.get("parcels", {}).values():
                if parcel["their_key"] == their_key:
                    parcel["ready"] = True
                    return dict(parcel)
        return None

    def parcel(self, parcel_id: str) -> dict[str, Any]:
        with self._call("label") as books:
            return dict(self._parcel(books, parcel_id))

    def make_labels_slowly(self, slowly: bool) -> None:
        """Let new parcels wait for their label, as couriers do whose labels are made later."""
        with self._books.open() as books:
            books["slow_labels"] = slowly

    def cancel(self, parcel_id: str) -> None:
        with self._call("cancel") as books:
            parcel = self._parcel(books, parcel_id)
            if any(one["what"] == "waiting at the ramp" for one in parcel["seen"]):
                raise Refused("The parcel was handed over.", code="TOO_LATE")
            parcel["cancelled"] = True

    def collect(self, parcel_ids: Sequence[str]) -> None:
        """Note that parcels wait at the ramp."""
        with self._call("collect") as books:
            for parcel_id in parcel_ids:
                self._see(self._parcel(books, parcel_id), "waiting at the ramp")

    def deliver(self, number: str, what: str = "delivered") -> None:
        """Move a parcel by hand: collected, at the point, delivered, refused, going back, back."""
        with self._books.open() as books:
            for parcel in books.get("parcels", {}).values():
                if parcel["number"] == number:
                    self._see(parcel, what)
                    return
        raise Refused(f"no parcel {number}", code="not_found")

    def seen(self, numbers: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        """Return what was seen of parcels, by number; time moves those that were collected."""
        wanted = set(numbers)
        with self._call("seen") as books:
            found = {}
            for parcel in books.get("parcels", {}).values():
                if parcel["number"] in wanted:
                    self._move(parcel)
                    found[parcel["number"]] = list(parcel["seen"])
            return found

    def _move(self, parcel: dict[str, Any]) -> None:
        by_what = {one["what"]: one["at"] for one in parcel["seen"]}
        begun = by_what.get("waiting at the ramp")
        by_hand = set(by_what) - {"announced", "waiting at the ramp", "collected"}
        if begun is None or by_hand:
            return
        for what, after in self.ROAD:
            due = datetime.fromisoformat(begun) + after
            if what not in by_what and self._now() >= due:
                town = str(parcel["to"].get("town", ""))
                parcel["seen"].append({"what": what, "at": due.isoformat(), "where": town})

    def _see(self, parcel: dict[str, Any], what: str) -> None:
        if all(one["what"] != what for one in parcel["seen"]):
            town = str(parcel["to"].get("town", ""))
            parcel["seen"].append({"what": what, "at": self._stamp(), "where": town})

    @staticmethod
    def _parcel(books: Mapping[str, Any], parcel_id: str) -> dict[str, Any]:
        parcel: dict[str, Any] | None = books.get("parcels", {}).get(parcel_id)
        if parcel is None:
            raise Refused(f"no parcel {parcel_id}", code="not_found")
        return parcel


class PaperGateway(Partner):
    """A gateway: acts are named by their caller, and a name that is known is not done again."""

    def act(self, kind: str, *, key: str, payment: str, amount: int, unit: str) -> dict[str, Any]:
        """Promise, take, let go or give back an amount in the smallest unit of its currency."""
        with self._call(kind) as books:
            acts = books.setdefault("acts", {})
            if key in acts:
                return dict(acts[key])
            self._check(kind, acts, payment, amount)
            acts[key] = {
                "key": key,
                "id": f"{kind}-{len(acts) + 1}",
                "kind": kind,
                "payment": payment or f"pay-{len(acts) + 1}",
                "amount": amount,
                "unit": unit,
                "at": self._stamp(),
            }
            return dict(acts[key])

    def by_key(self, key: str) -> dict[str, Any] | None:
        with self._call("by_key") as books:
            act = books.get("acts", {}).get(key)
            return dict(act) if act else None

    def acts(self, kind: str = "") -> list[dict[str, Any]]:
        """Return what was done, oldest first."""
        acts = self._books.read().get("acts", {}).values()
        return [dict(one) for one in acts if not kind or one["kind"] == kind]

    @staticmethod
    def _check(kind: str, acts: Mapping[str, Any], payment: str, amount: int) -> None:
        """Refuse more than was promised or taken, of a payment that was begun here."""
        if amount <= 0:
            raise Refused("The amount is not above zero.", field="amount", code="AMOUNT")

        def total(of: str) -> int:
            return sum(
                one["amount"]
                for one in acts.values()
                if one["kind"] == of and one["payment"] == payment
            )

        promised, taken = total("authorize"), total("capture")
        if kind == "capture" and promised and taken + amount + total("void") > promised:
            raise Refused("More than was promised.", field="amount", code="TOO_MUCH")
        if kind == "refund" and promised and total("refund") + amount > taken:
            raise Refused("More than was taken.", field="amount", code="TOO_MUCH")


class PaperBank(Partner):
    """A bank: it lists the transfers that came in."""

    def put_transfer(self, *, amount: int, unit: str, title: str, payer: str) -> str:
        """Let a transfer come in and return its name."""
        with self._books.open() as books:
            transfers = books.setdefault("transfers", [])
            name = f"TR{len(transfers) + 1:06d}"
            transfers.append(
                {
                    "name": name,
                    "place": len(transfers) + 1,
                    "amount": amount,
                    "unit": unit,
                    "title": title,
                    "payer": payer,
                    "day": self._now().date().isoformat(),
                }
            )
            return name

    def transfers_after(self, place: int, *, limit: int = 200) -> list[dict[str, Any]]:
        with self._call("transfers") as books:
            later = [one for one in books.get("transfers", []) if one["place"] > place]
            return [dict(one) for one in later[:limit]]


def _check_digit(number: int) -> int:
    return int(hashlib.sha256(str(number).encode()).hexdigest(), 16) % 10
