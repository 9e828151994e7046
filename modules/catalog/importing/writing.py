"""A plan carried out: products, variants, accounts, in a few statements for many products."""

from collections.abc import Sequence

from sqlalchemy import bindparam, insert, select, update

from app import audit, clock
from app.db import session
from app.events import publish
from app.reference import Reference
from modules.catalog.bulk import (
    import_products,
    insert_photos,
    insert_variants,
    kind_of,
    renew_search,
    tell_offer_changed,
    touch_variants,
)
from modules.catalog.events import QuantitiesImported
from modules.catalog.importing.shapes import Account, Known, ProductPlan
from modules.catalog.models import (
    Barcode,
    CatalogImport,
    CatalogImportRow,
    ImportState,
    OptionValue,
    Product,
    ProductOption,
    RowOutcome,
    Variant,
)

_accounts = CatalogImportRow.__table__
_INSERT_ACCOUNTS = insert(_accounts)  # type: ignore[arg-type]
_variants = Variant.__table__
_RECEIVED = (
    select(CatalogImportRow.variant_id)
    .join(CatalogImport, CatalogImport.id == CatalogImportRow.import_id)
    .where(
        CatalogImportRow.variant_id.in_(bindparam("ids", expanding=True)),
        CatalogImportRow.quantity > 0,
        CatalogImport.location_code == bindparam("location"),
        CatalogImport.state != ImportState.UNDONE,
    )
)


def write_plans(job: CatalogImport, plans: Sequence[ProductPlan], known: Known) -> None:
    """Let the plans come true, and write the account of each row with them."""
    keys: dict[str, int] = {
        sku: variant.id for sku, variant in known.variants.items() if variant.id is not None
    }
    product_ids = {plan.code: plan.known.id for plan in plans if plan.known}
    made = import_products(products=[plan.new for plan in plans if plan.new])
    product_ids |= made.products
    keys |= made.variants
    touched = [plan for plan in plans if plan.known and plan.touches]
    for plan in touched:
        keys |= _change_product(plan, keys)
    if touched:
        tell_offer_changed([product_ids[plan.code] for plan in touched])
    _write_audit(job, [product_ids[plan.code] for plan in touched], "changed by an import")
    _write_audit(job, list(made.products.values()), "imported")
    if job.location_code:
        _receive(job, plans, keys)
    write_accounts(job, plans, product_ids, keys)


def _change_product(plan: ProductPlan, keys: dict[str, int]) -> dict[str, int]:
    """Change a product that exists; return the keys of its new variants by SKU."""
    assert plan.known
    product_id = plan.known.id
    facts = {name: new for name, (_old, new) in plan.facts.items() if name != "archived"}
    if "archived" in plan.facts:
        facts["archived_at"] = None
    session.execute(
        update(Product)
        .where(Product.id == product_id)
        .values(version=Product.version + 1, updated_at=clock.now(), **facts)
        .execution_options(synchronize_session=False)
    )
    product = session.get_one(Product, product_id, populate_existing=True)
    _grow_axes(plan)
    made = insert_variants(
        [(product_id, product, plan.known.axes, variant) for variant in plan.new_variants]
    )
    for change in plan.changes:
        values = {name: new for name, (_old, new) in change.fields.items() if name != "archived"}
        if "archived" in change.fields:
            values["archived_at"] = None
        session.execute(
            update(_variants)  # type: ignore[arg-type]
            .where(_variants.c.id == change.id)
            .values(**values)
        )
    if plan.new_barcodes:
        session.execute(
            insert(Barcode),
            [
                {"variant_id": keys[sku], "code": code, "kind": kind_of(code)}
                for sku, code in plan.new_barcodes
            ],
        )
    insert_photos(product_id, plan.new_photos)
    if plan.new_photos or plan.facts:
        touch_variants(product_id)
    if made or plan.new_barcodes or {"name", "brand", "category"} & plan.facts.keys():
        renew_search(product_id)
    return made


def _grow_axes(plan: ProductPlan) -> None:
    assert plan.known
    grown = {axis: values for axis, values in plan.new_values.items() if values}
    if not grown:
        return
    options = session.execute(
        select(ProductOption.name, ProductOption.id).where(
            ProductOption.product_id == plan.known.id
        )
    )
    ids = dict(options.all())
    session.execute(
        insert(OptionValue),
        [
            {"option_id": ids[axis], "value": value, "position": at}
            for axis, values in grown.items()
            for at, value in enumerate(values, start=len(plan.known.values.get(axis, [])))
        ],
    )


def _receive(job: CatalogImport, plans: Sequence[ProductPlan], keys: dict[str, int]) -> None:
    """Announce the pieces, once per variant and location: a file read twice adds nothing."""
    assert job.location_code
    wanted = {
        keys[account.sku]: account
        for plan in plans
        for account in plan.accounts
        if account.quantity and account.sku and account.outcome is not RowOutcome.REFUSED
    }
    if not wanted:
        return
    received = session.scalars(
        _RECEIVED, {"ids": sorted(wanted), "location": job.location_code}
    ).all()
    for variant_id in received:
        if variant_id in wanted:
            account = wanted.pop(variant_id)
            account.notes.append({"code": "quantity_known", "value": str(account.quantity)})
            account.quantity = 0
    if wanted:
        publish(
            QuantitiesImported(
                import_id=job.id,
                location_code=job.location_code,
                quantities=[(key, account.quantity) for key, account in sorted(wanted.items())],
            )
        )


def write_accounts(
    job: CatalogImport,
    plans: Sequence[ProductPlan],
    product_ids: dict[str, int],
    keys: dict[str, int],
) -> None:
    """Write what became of each row, in one statement."""
    rows = [
        {
            "import_id": job.id,
            "row_no": account.row.row_no,
            "record": account.row.record,
            "sku": account.sku,
            "outcome": account.outcome,
            "warned": account.warned,
            "notes": account.notes,
            "product_id": None if _is_refused(account) else product_ids.get(plan.code),
            "variant_id": None if _is_refused(account) else keys.get(account.sku or ""),
            "quantity": account.quantity if job.location_code else None,
            "undo": account.undo or None,
        }
        for plan in plans
        for account in plan.accounts
    ]
    if rows:
        session.execute(_INSERT_ACCOUNTS, rows)


def _is_refused(account: Account) -> bool:
    return account.outcome is RowOutcome.REFUSED


def _write_audit(job: CatalogImport, product_ids: Sequence[int], action: str) -> None:
    audit.record_many(
        [Reference("product", product_id) for product_id in product_ids],
        action,
        new={"import": job.id, "file": job.file_name},
        actor=job.created_by,
    )
