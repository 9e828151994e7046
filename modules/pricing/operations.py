"""Price lists: made, changed, switched on and off, archived; and the prices that stand on them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from app import audit, clock
from app.bulk import insert_many
from app.db import session
from app.errors import InvalidInput
from app.i18n import _
from app.money import MOST_MINOR
from app.reference import Reference
from app.search import fold
from modules import catalog, customers, organization
from modules.pricing import book, effects
from modules.pricing.errors import (
    BelowMinimum,
    ListArchived,
    ListCodeTaken,
    StalePriceList,
    TooManyEntries,
)
from modules.pricing.minimums import lowest_allowed
from modules.pricing.models import PriceBook, PriceEntry, PriceList
from modules.pricing.queries import get_price_list

KIND = "price_list"
MOST_ENTRIES = 100_000
_TOLD = 20
"""So many changed prices are told one by one in the history of a list."""
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_OWN_WORDS = ("new", "by-id", "minimums", "products")
_ENTRIES: Any = PriceEntry.__table__
RULE_OF = ("everything", "brand", "category")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A price to put on a list; without an amount it is taken off."""

    variant_id: int
    price_minor: int | None
    least_quantity: int = 1
    valid_from: datetime | None = None
    valid_to: datetime | None = None

    @property
    def place(self) -> tuple[int, int, datetime | None]:
        """Return what makes it the same price, written anew: variant, step, from when."""
        return self.variant_id, self.least_quantity, self.valid_from


def create_price_list(
    *,
    code: str,
    name: str,
    currency: str,
    rank: int = 0,
    channels: Sequence[str] = (),
    stores: Sequence[str] = (),
    groups: Sequence[str] = (),
    customers: Sequence[int] = (),
    rules: Sequence[Mapping[str, Any]] = (),
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
    active: bool = False,
) -> PriceList:
    """
    Make a price list; it holds for sales once it is switched on.

    :raises ListCodeTaken: another list has the code, or the house uses the word
    :raises InvalidInput: a fact of it cannot be
    """
    code = code.strip()
    if code.lower() in _OWN_WORDS:
        raise ListCodeTaken(code)
    if not _CODE.fullmatch(code):
        raise InvalidInput(
            _("A code has 1 to 32 letters, digits, - or _, and begins with a letter or digit."),
            field="code",
            pointer="/code",
        )
    facts = _facts(
        {
            "name": name,
            "currency": currency,
            "rank": rank,
            "channels": channels,
            "stores": stores,
            "groups": groups,
            "customers": customers,
            "rules": rules,
            "valid_from": valid_from,
            "valid_to": valid_to,
            "active": active,
        }
    )
    record = PriceList(code=code, search=fold(code, name), **facts)
    try:
        with session.begin_nested():
            session.add(record)
    except IntegrityError:
        if session.scalar(select(PriceList.id).where(PriceList.code == code)) is not None:
            raise ListCodeTaken(code) from None
        raise
    audit.record_change(_of(record), "made", new={"code": code, **facts})
    _turn(record)
    return record


def update_price_list(*, price_list_id: int, version: int, **facts: Any) -> PriceList:
    """
    Change facts of a list: those named, such as `name` or `active`; the code stays.

    :raises StalePriceList: somebody changed it since `version` was read
    :raises ListArchived: it is archived
    :raises InvalidInput: a fact of it cannot be
    """
    record = _open(price_list_id, version)
    if "currency" in facts and facts["currency"] != record.currency and _has_entries(record):
        raise InvalidInput(
            _("There are prices on this list: its currency stays. Make another list."),
            field="currency",
            pointer="/currency",
        )
    whole = {name: getattr(record, name) for name in _NAMES}
    new = _facts(whole | facts)
    old = {name: whole[name] for name in new}
    if old == new:
        return record
    shown_before = effects.variants_shown_by(record)
    for name, value in new.items():
        setattr(record, name, value)
    audit.record_change(_of(record), "changed", old=old, new=new)
    _turn(record, also=shown_before)
    return record


def archive_price_list(*, price_list_id: int, version: int) -> PriceList:
    """
    Take a list out of use and out of sight; orders keep their prices.

    :raises StalePriceList: somebody changed it since `version` was read
    """
    record = _open(price_list_id, version)
    shown_before = effects.variants_shown_by(record)
    record.archived_at, record.active = clock.now(), False
    audit.record_change(_of(record), "archived")
    _turn(record, also=shown_before)
    return record


def restore_price_list(*, price_list_id: int, version: int) -> PriceList:
    """
    Bring an archived list back, switched off.

    :raises StalePriceList: somebody changed it since `version` was read
    """
    record = get_price_list(price_list_id)
    if record.version != version:
        raise StalePriceList(record.name)
    if record.archived_at is not None:
        record.archived_at = None
        audit.record_change(_of(record), "restored")
        _turn(record)
    return record


def put_prices(
    *,
    price_list_id: int,
    entries: Sequence[Entry],
    version: int | None = None,
    instead_of: Iterable[int] = (),
    source: str = "",
) -> PriceList:
    """
    Write prices onto a list: the same step from the same moment is written anew.

    With `instead_of` they are all that stands there of these variants. `source` names the file.

    :raises StalePriceList: somebody changed the list since `version` was read
    :raises ListArchived: it is archived
    :raises BelowMinimum: a price is lower than the company sells
    :raises InvalidInput: an amount, a quantity or a time cannot be
    """
    record = _open(price_list_id, version)
    if len(entries) > MOST_ENTRIES:
        raise TooManyEntries(MOST_ENTRIES)
    _check(record, entries)
    replaced = set(instead_of)
    touched = {one.variant_id for one in entries} | replaced
    stands = _standing(record, touched)
    wanted = {one.place: one for one in entries}
    removed = [
        row.id
        for place, row in stands.items()
        if (place in wanted and wanted[place].price_minor is None)
        or (place not in wanted and row.variant_id in replaced)
    ]
    changed = [
        (stands[place], one)
        for place, one in wanted.items()
        if place in stands
        and one.price_minor is not None
        and (stands[place].price_minor, stands[place].valid_to) != (one.price_minor, one.valid_to)
    ]
    added = [
        one for place, one in wanted.items() if place not in stands and one.price_minor is not None
    ]
    if not (removed or changed or added):
        return record
    _write(record, removed, changed, added)
    gone = {row.id: row for row in stands.values()}
    _tell(record, [gone[key] for key in removed], changed, added, source)
    record.updated_at = clock.now()
    session.flush()
    if effects.acts(record):
        effects.take_effect(touched)
    return record


def install() -> None:
    """Make the mark of the lists where it is missing."""
    if session.get(PriceBook, 1) is None:
        session.add(PriceBook(id=1, mark=""))
        session.flush()


# --- what the acts share ----------------------------------------------------------------------

_NAMES = (
    "name",
    "currency",
    "rank",
    "channels",
    "stores",
    "groups",
    "customers",
    "rules",
    "valid_from",
    "valid_to",
    "active",
)


def _facts(given: Mapping[str, Any]) -> dict[str, Any]:
    facts = dict(given)
    facts["name"] = " ".join(str(facts["name"]).split())
    if not facts["name"] or len(facts["name"]) > 120:
        raise _wrong("name", _("Write a name of 1 to 120 signs."))
    if not _CURRENCY.fullmatch(facts["currency"]):
        raise _wrong("currency", _("Write a currency such as PLN."))
    if not -1000 <= facts["rank"] <= 1000:
        raise _wrong("rank", _("From %(min)s to %(max)s.", min=-1000, max=1000))
    for name in ("channels", "stores", "groups", "customers"):
        facts[name] = list(dict.fromkeys(facts[name]))
    _check_known(facts)
    facts["rules"] = [_rule(one) for one in facts["rules"]]
    start, end = facts["valid_from"], facts["valid_to"]
    if start is not None and end is not None and end <= start:
        raise _wrong("valid_to", _("It would be over before it began. Move the end."))
    return facts


def _check_known(facts: Mapping[str, Any]) -> None:
    channels = {one.code for one in organization.list_channels()} if facts["channels"] else set()
    stores = {one.code for one in organization.list_stores()} if facts["stores"] else set()
    for name, known in (("channels", channels), ("stores", stores)):
        unknown = [one for one in facts[name] if one not in known]
        if unknown:
            raise _wrong(name, _("These are not known here: %(codes)s.", codes=", ".join(unknown)))
    for key in facts["customers"]:
        customers.get_customer(key)


def _rule(given: Mapping[str, Any]) -> dict[str, Any]:
    of, word, rate_bp = given["of"], str(given.get("word") or "").strip(), given["rate_bp"]
    if of not in RULE_OF or not 1 <= rate_bp <= 10_000:
        raise _wrong("rules", _("Write per cent under the company's price, from 0,01 to 100."))
    if of == "everything":
        word = ""
    elif not word:
        raise _wrong("rules", _("Say of which brand or category."))
    return {"of": of, "word": word, "rate_bp": rate_bp}


def _wrong(name: str, text: str) -> InvalidInput:
    return InvalidInput(text, field=name, pointer=f"/{name}")


def _open(price_list_id: int, version: int | None) -> PriceList:
    record = get_price_list(price_list_id)
    if version is not None and record.version != version:
        raise StalePriceList(record.name)
    if record.archived_at is not None:
        raise ListArchived(record.name)
    return record


def _has_entries(record: PriceList) -> bool:
    found = select(PriceEntry.id).where(PriceEntry.price_list_id == record.id).limit(1)
    return session.scalar(found) is not None


def _turn(record: PriceList, *, also: Iterable[int] = ()) -> None:
    record.search = fold(record.code, record.name)
    record.updated_at = clock.now()
    session.flush()
    book.turn_page()
    effects.take_effect({*also, *effects.variants_of(record)})


def _check(record: PriceList, entries: Sequence[Entry]) -> None:
    """
    Refuse what cannot stand on a list.

    :raises InvalidInput: an amount, a quantity or a time cannot be
    :raises BelowMinimum: a price is lower than the company sells
    """
    known = catalog.variants_by_id(one.variant_id for one in entries)
    own = record.currency == organization.get_company().currency
    least = lowest_allowed(list(known.values())) if own else {}
    for at, one in enumerate(entries):
        if text := fault_of(one):
            raise InvalidInput(text, pointer=f"/entries/{at}", field="entries")
        if one.variant_id not in known:
            raise InvalidInput(
                _("There is no such variant."), pointer=f"/entries/{at}/sku", field="entries"
            )
        lowest = least.get(one.variant_id, 0)
        if one.price_minor is not None and one.price_minor < lowest:
            raise BelowMinimum(
                known[one.variant_id].sku,
                one.price_minor,
                lowest,
                record.currency,
                pointer=f"/entries/{at}/price_minor",
            )


def fault_of(one: Entry) -> str:
    """Return what is wrong with a price by itself; "" where nothing is."""
    if one.price_minor is not None and not 0 <= one.price_minor <= MOST_MINOR:
        return _("Write an amount such as 129,00.")
    if not 1 <= one.least_quantity <= 10**9:
        return _("A quantity is a whole number from 1 on.")
    if one.valid_from and one.valid_to and one.valid_to <= one.valid_from:
        return _("It would be over before it began. Move the end.")
    return ""


def _standing(record: PriceList, variant_ids: Iterable[int]) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    keys = sorted(variant_ids)
    for start in range(0, len(keys), 5_000):
        rows = session.execute(
            select(_ENTRIES).where(
                _ENTRIES.c.price_list_id == record.id,
                _ENTRIES.c.variant_id.in_(keys[start : start + 5_000]),
            )
        )
        found |= {(row.variant_id, row.least_quantity, row.valid_from): row for row in rows}
    return found


def _write(
    record: PriceList,
    removed: Sequence[int],
    changed: Sequence[tuple[Any, Entry]],
    added: Sequence[Entry],
) -> None:
    # The list's version counts the change, and lets nobody else write to it meanwhile.
    session.execute(
        update(PriceList)
        .where(PriceList.id == record.id, PriceList.version == record.version)
        .values(version=PriceList.version + 1)
        .execution_options(synchronize_session=False)
    )
    session.refresh(record)
    gone = [*removed, *(row.id for row, _one in changed)]
    for start in range(0, len(gone), 5_000):
        session.execute(delete(_ENTRIES).where(_ENTRIES.c.id.in_(gone[start : start + 5_000])))
    rows = [
        {
            "price_list_id": record.id,
            "variant_id": one.variant_id,
            "least_quantity": one.least_quantity,
            "price_minor": one.price_minor,
            "valid_from": one.valid_from,
            "valid_to": one.valid_to,
        }
        for one in (*added, *(one for _row, one in changed))
    ]
    insert_many(_ENTRIES, rows)


def _tell(
    record: PriceList,
    removed: Sequence[Any],
    changed: Sequence[tuple[Any, Entry]],
    added: Sequence[Entry],
    source: str,
) -> None:
    """Keep in the history which prices changed: each of a few, of many only their number."""
    count = len(removed) + len(changed) + len(added)
    if source or count > _TOLD:
        counts = {"added": len(added), "changed": len(changed), "removed": len(removed)}
        told = {name: value for name, value in counts.items() if value}
        audit.record_change(_of(record), "imported" if source else "prices", new=told)
        return
    keys = {*(row.variant_id for row in removed)}
    keys |= {one.variant_id for one in (*added, *(one for _row, one in changed))}
    names = {key: one.sku for key, one in catalog.variants_by_id(keys).items()}
    old = {_named(names, row): row.price_minor for row in removed}
    old |= {_named(names, row): row.price_minor for row, _one in changed}
    new = {_named(names, one): one.price_minor for one in (*added, *(two for _row, two in changed))}
    audit.record_change(_of(record), "prices", old=old, new=new)


def _named(names: Mapping[int, str], one: Any) -> str:
    sku = names[one.variant_id]
    return sku if one.least_quantity == 1 else f"{sku} × {one.least_quantity}"


def _of(record: PriceList) -> Reference:
    return Reference(KIND, record.id)
