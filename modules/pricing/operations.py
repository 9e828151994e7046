"""Price lists: made, changed, switched on and off, archived; and the prices that stand on them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app import audit, clock
from app.db import session
from app.errors import InvalidInput
from app.i18n import _
from app.reference import Reference
from app.search import fold
from modules import customers, organization
from modules.pricing import book, effects
from modules.pricing.errors import (
    ListArchived,
    ListCodeTaken,
    StalePriceList,
)
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
    audit.record_change(reference_of(record), "made", new={"code": code, **facts})
    _turn(record)
    return record


def update_price_list(*, price_list_id: int, version: int, **facts: Any) -> PriceList:
    """
    Change facts of a list: those named, such as `name` or `active`; the code stays.

    :raises StalePriceList: somebody changed it since `version` was read
    :raises ListArchived: it is archived
    :raises InvalidInput: a fact of it cannot be
    """
    record = open_list(price_list_id, version)
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
    audit.record_change(reference_of(record), "changed", old=old, new=new)
    _turn(record, also=shown_before)
    return record


def archive_price_list(*, price_list_id: int, version: int) -> PriceList:
    """
    Take a list out of use and out of sight; orders keep their prices.

    :raises StalePriceList: somebody changed it since `version` was read
    """
    record = open_list(price_list_id, version)
    shown_before = effects.variants_shown_by(record)
    record.archived_at, record.active = clock.now(), False
    audit.record_change(reference_of(record), "archived")
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
        audit.record_change(reference_of(record), "restored")
        _turn(record)
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
    buyers = customers.customer_names(facts["customers"])
    if missing := [str(one) for one in facts["customers"] if one not in buyers]:
        text = _("These are not known here: %(codes)s.", codes=", ".join(missing))
        raise _wrong("customers", text)


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


def open_list(price_list_id: int, version: int | None) -> PriceList:
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


def reference_of(record: PriceList) -> Reference:
    return Reference(KIND, record.id)
