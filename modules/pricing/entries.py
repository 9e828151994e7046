"""Prices on lists: written, replaced and taken off, one by one or by the file."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from app import audit, clock
from app.bulk import insert_many
from app.db import LostRace, session
from app.errors import InvalidInput
from app.i18n import _
from app.money import MOST_MINOR
from modules import catalog, organization
from modules.pricing import effects
from modules.pricing.errors import BelowMinimum, StalePriceList, TooManyEntries
from modules.pricing.minimums import lowest_allowed
from modules.pricing.models import PriceEntry, PriceList
from modules.pricing.operations import open_list, reference_of

MOST_ENTRIES = 100_000
_TOLD = 20
"""So many changed prices are told one by one in the history of a list."""
_ENTRIES: Any = PriceEntry.__table__


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
    record = open_list(price_list_id, version)
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
    _count_version(record, is_seen=version is not None)
    _write(record, removed, changed, added)
    gone = {row.id: row for row in stands.values()}
    _tell(record, [gone[key] for key in removed], changed, added, source)
    record.updated_at = clock.now()
    session.flush()
    if effects.acts(record):
        effects.take_effect(touched)
    return record


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


def _count_version(record: PriceList, *, is_seen: bool) -> None:
    """Count the change, unless somebody else wrote to the list meanwhile."""
    counted = session.execute(
        update(PriceList)
        .where(PriceList.id == record.id, PriceList.version == record.version)
        .values(version=PriceList.version + 1)
        .returning(PriceList.id)
        .execution_options(synchronize_session=False)
    ).first()
    if counted is None:
        # Who named no version wants his prices written beside those of the other: try again.
        raise StalePriceList(record.name) if is_seen else LostRace
    session.refresh(record)


def _write(
    record: PriceList,
    removed: Sequence[int],
    changed: Sequence[tuple[Any, Entry]],
    added: Sequence[Entry],
) -> None:
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
        audit.record_change(reference_of(record), "imported" if source else "prices", new=told)
        return
    keys = {*(row.variant_id for row in removed)}
    keys |= {one.variant_id for one in (*added, *(one for _row, one in changed))}
    names = {key: one.sku for key, one in catalog.variants_by_id(keys).items()}
    old = {_named(names, row): row.price_minor for row in removed}
    old |= {_named(names, row): row.price_minor for row, _one in changed}
    new = {_named(names, one): one.price_minor for one in (*added, *(two for _row, two in changed))}
    audit.record_change(reference_of(record), "prices", old=old, new=new)


def _named(names: Mapping[int, str], one: Any) -> str:
    sku = names[one.variant_id]
    return sku if one.least_quantity == 1 else f"{sku} × {one.least_quantity}"
