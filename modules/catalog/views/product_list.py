"""The list of products: its columns and orders, and what can be done with many products."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.bulk_given import Ask
from app.i18n import _, lazy, ngettext
from app.lists import MONEY, NUMBER, Act, Amount, Asked, Column, Done, ListSpec
from app.statuses import look_of
from modules.catalog import operations, queries
from modules.catalog.forms import STATUSES
from modules.catalog.models import ProductStatus
from modules.catalog.queries import ARCHIVED, ListedProduct
from modules.catalog.views.blueprint import EDIT, EXPORT, VIEW, currency

KNOWN_STATUSES = [*(code for code, _word in STATUSES), ARCHIVED]


def filters_in(args: Mapping[str, str]) -> dict[str, Any]:
    """Return what an address asks for, without what is no status."""
    asked = {name: args.get(name, "")[:120] for name in ("q", "status", "brand", "category")}
    if asked["status"] not in KNOWN_STATUSES:
        asked["status"] = ""
    return asked


def _find(asked: Asked) -> Sequence[ListedProduct]:
    return queries.list_products(
        **filters_in(asked.args),
        order=asked.sort,
        after=asked.after,
        limit=asked.limit,
        up_to=asked.up_to,
    )


def _count(args: Mapping[str, str], cap: int) -> int:
    return queries.count_listed(**filters_in(args), cap=cap)


def _currency(_rows: Sequence[Any]) -> str:
    return currency()


def _amount(minor: int | None, code: str) -> Amount | None:
    return None if minor is None else Amount(minor, code)


# --- what can be done with many ---------------------------------------------------------------


def _archive(key: int, _given: Mapping[str, str]) -> Done:
    product = queries.product_by_id(key)
    was = product.archived_at is not None
    operations.archive_product(code=product.code)
    return Done(count=int(not was), before=None if was else {"archived": False})


def _restore(key: int, _given: Mapping[str, str]) -> Done:
    product = queries.product_by_id(key)
    was = product.archived_at is not None
    operations.restore_product(code=product.code)
    return Done(count=int(was), before={"archived": True} if was else None)


def _set(key: int, **wanted: Any) -> Done:
    product = queries.product_by_id(key)
    before = {name: getattr(product, name) for name in wanted}
    changed = operations.update_product(code=product.code, version=product.version, **wanted)
    if all(getattr(changed, name) == value for name, value in before.items()):
        return Done(count=0)
    return Done(
        before={
            "version": changed.version,
            **{name: getattr(value, "value", value) for name, value in before.items()},
        }
    )


def _set_status(key: int, given: Mapping[str, str]) -> Done:
    return _set(key, status=ProductStatus(given["status"]))


def _set_category(key: int, given: Mapping[str, str]) -> Done:
    return _set(key, category=given["category"])


def _set_brand(key: int, given: Mapping[str, str]) -> Done:
    return _set(key, brand=given["brand"])


def _take_back(key: int, before: Mapping[str, Any]) -> None:
    """Put a product back as it was; one that somebody changed since stays as it is."""
    product = queries.product_by_id(key)
    if "archived" in before:
        change = operations.archive_product if before["archived"] else operations.restore_product
        change(code=product.code)
        return
    facts: dict[str, Any] = {
        name: value or "" for name, value in before.items() if name != "version"
    }
    if "status" in facts:
        facts["status"] = ProductStatus(facts["status"])
    operations.update_product(code=product.code, version=before["version"], **facts)


def _said(one: str, many: str) -> Any:
    return lambda count: ngettext(one, many, count)


def _is_archive(args: Mapping[str, str]) -> bool:
    return args.get("status") == ARCHIVED


PRODUCTS = ListSpec(
    code="products",
    title=lazy("Products"),
    endpoint="catalog.index",
    permission=VIEW,
    export_permission=EXPORT,
    names=("q", "status", "brand", "category"),
    sorts=(queries.BY_NAME, queries.BY_NAME_BACKWARDS, queries.NEWEST),
    find=_find,
    key=lambda row: row.id,
    beside=_currency,
    count=_count,
    newest=queries.newest_product,
    labels=queries.codes_of_products,
    columns=(
        Column(
            code="name",
            title=lazy("Product"),
            value=lambda row, _code: row.name,
            sorts=("name", "name-down"),
            drawn=True,
            also=(Column(code="code", title=lazy("Code"), value=lambda row, _code: row.code),),
        ),
        Column(
            code="brand", title=lazy("Brand"), value=lambda row, _code: row.brand, cls="c-md sm"
        ),
        Column(
            code="category",
            title=lazy("Category"),
            value=lambda row, _code: row.category,
            cls="c-lg sm",
        ),
        Column(
            code="variants",
            title=lazy("Variants"),
            value=lambda row, _code: row.variant_count,
            kind=NUMBER,
            cls="num",
        ),
        Column(
            code="price",
            title=lazy("Price"),
            value=lambda row, code: _amount(row.lowest_minor, code),
            kind=MONEY,
            cls="num",
            drawn=True,
            also=(
                Column(
                    code="highest",
                    title=lazy("Highest price"),
                    value=lambda row, code: _amount(row.highest_minor, code),
                    kind=MONEY,
                ),
            ),
        ),
        Column(
            code="status",
            title=lazy("Status"),
            value=lambda row, _code: look_of(row.status).word,
            drawn=True,
            bare=True,
        ),
        Column(
            code="added",
            title=lazy("Added"),
            value=lambda row, _code: row.created_at,
            kind="moment",
            usual=False,
            sorts=("newest", "name"),
        ),
        Column(
            code="number",
            title=lazy("Code"),
            value=lambda row, _code: row.code,
            usual=False,
            cls="code",
        ),
    ),
    acts=(
        Act(
            code="status",
            title=lazy("Set the status"),
            icon="tag",
            key="a",
            permission=EDIT,
            work=_set_status,
            undo=_take_back,
            said=_said("%(num)s product changed.", "%(num)s products changed."),
            asks=(Ask(name="status", label=lazy("Status"), choices=lambda: STATUSES),),
            offered=lambda args: not _is_archive(args),
        ),
        Act(
            code="category",
            title=lazy("Set the category"),
            icon="category",
            permission=EDIT,
            work=_set_category,
            undo=_take_back,
            said=_said("%(num)s product changed.", "%(num)s products changed."),
            asks=(
                Ask(
                    name="category",
                    label=lazy("Category"),
                    help=lazy("Left empty, it is taken away."),
                    offers=queries.list_categories,
                    required=False,
                ),
            ),
            offered=lambda args: not _is_archive(args),
        ),
        Act(
            code="brand",
            title=lazy("Set the brand"),
            icon="badge-tm",
            permission=EDIT,
            work=_set_brand,
            undo=_take_back,
            said=_said("%(num)s product changed.", "%(num)s products changed."),
            asks=(
                Ask(
                    name="brand",
                    label=lazy("Brand"),
                    help=lazy("Left empty, it is taken away."),
                    offers=queries.list_brands,
                    required=False,
                ),
            ),
            offered=lambda args: not _is_archive(args),
        ),
        Act(
            code="archive",
            title=lazy("Archive"),
            icon="archive",
            permission=EDIT,
            work=_archive,
            undo=_take_back,
            said=_said("%(num)s product is archived.", "%(num)s products are archived."),
            offered=lambda args: not _is_archive(args),
        ),
        Act(
            code="restore",
            title=lazy("Bring back"),
            icon="archive-off",
            permission=EDIT,
            work=_restore,
            undo=_take_back,
            said=_said("%(num)s product is back.", "%(num)s products are back."),
            offered=_is_archive,
        ),
    ),
)


def status_words() -> dict[str, str]:
    """Return the words of the statuses that the list can be narrowed to."""
    return {code: str(word) for code, word in STATUSES} | {ARCHIVED: _("Archived")}
