"""What people do with imports: begin one, and take one back."""

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from app import audit, clock, outbox
from app.actor import current_actor
from app.db import session
from app.errors import InvalidInput, NotFound
from app.events import publish
from app.i18n import _, stored
from app.models import Job, JobState
from app.outbox import Running
from app.reference import Reference
from modules import organization
from modules.catalog.bulk import renew_search
from modules.catalog.errors import AlreadyUndone, NothingToUndo
from modules.catalog.events import ImportUndone, PricesChanged
from modules.catalog.importing.formats import get_format
from modules.catalog.models import (
    Barcode,
    CatalogImport,
    CatalogImportRow,
    ImportState,
    Photo,
    Product,
    Variant,
)

IMPORT, UNDO = "catalog.import", "catalog.undo_import"
_TAKING_TURNS = "catalog.imports"
_PART = 100


def start_import(
    *,
    file_name: str,
    sha256: str,
    format: str = "shopify",
    location: str | None = None,
    dry_run: bool = False,
) -> CatalogImport:
    """
    Begin the import of a file that is kept already; a job does the rest.

    :raises InvalidInput: there is no such format or location
    """
    kind = get_format(format)
    if location:
        try:
            organization.get_location(location)
        except NotFound as unknown:
            raise InvalidInput(str(unknown), field="location") from None
    job = CatalogImport(
        file_name=file_name[:250] or "import.csv",
        sha256=sha256,
        format=kind.code,
        location_code=location or None,
        dry_run=dry_run,
        created_by=str(current_actor()),
    )
    session.add(job)
    session.flush()
    job.job_id = outbox.enqueue(
        IMPORT,
        {"import_id": job.id},
        title=stored("Trial import of %(file)s") if dry_run else stored("Import of %(file)s"),
        named={"file": job.file_name},
        order_key=_TAKING_TURNS,
        dedupe=f"{IMPORT}:{job.id}",
    )
    session.flush()
    return job


def start_undo(*, import_id: int) -> int:
    """
    Begin to take an import back; return the key of the job.

    :raises NotFound: there is no such import
    :raises AlreadyUndone: it was taken back before
    :raises NothingToUndo: it was a trial, or is still going on
    """
    job = _undoable(import_id)
    job_id = outbox.enqueue(
        UNDO,
        {"import_id": job.id},
        title=stored("Undo of the import of %(file)s"),
        named={"file": job.file_name},
        order_key=_TAKING_TURNS,
    )
    assert job_id is not None
    job.undo_job_id = job_id
    session.flush()
    return job_id


def finish_undo(running: Running) -> None:
    """Take an import back as the work of a job: all of it, or nothing."""
    import_id = running.payload["import_id"]
    with running.finish({"result_url": f"/catalog/imports/{import_id}"}):
        undo_import(import_id=import_id)


def undo_import(*, import_id: int) -> dict[str, int]:
    """
    Take an import back: what it made goes, what it changed becomes what it was.

    A product that something refers to, or that somebody changed since, is archived instead; a
    value that somebody changed since stays. Return how many products were removed, archived and
    put back.

    :raises NotFound: there is no such import
    :raises AlreadyUndone: it was taken back before
    :raises NothingToUndo: it was a trial, or is still going on
    :raises RuleViolation: another module can't take back what it did because of this import
    """
    job = _undoable(import_id)
    publish(ImportUndone(import_id=job.id))
    rows = session.execute(
        select(CatalogImportRow.product_id, CatalogImportRow.variant_id, CatalogImportRow.undo)
        .where(CatalogImportRow.import_id == job.id, CatalogImportRow.undo.is_not(None))
        .order_by(CatalogImportRow.row_no.desc())
    ).all()
    made = [row.product_id for row in rows if row.undo.get("product") == "made"]
    figures = {"removed": 0, "archived": 0, "restored": 0}
    for start in range(0, len(made), _PART):
        removed = _remove_products(made[start : start + _PART])
        figures["removed"] += removed
        figures["archived"] += len(made[start : start + _PART]) - removed
    gone = set(made)
    changed: dict[int, list[tuple[int | None, dict[str, object]]]] = {}
    for row in rows:
        if row.product_id is not None and row.product_id not in gone:
            changed.setdefault(row.product_id, []).append((row.variant_id, row.undo))
    for product_id, undos in changed.items():
        figures["restored"] += _put_back(product_id, undos)
    touched = {row.variant_id for row in rows if row.variant_id is not None}
    if touched:
        publish(PricesChanged(variant_ids=sorted(touched)))
    job.state, job.undone_at = ImportState.UNDONE, clock.now()
    job.counts = {**job.counts, **figures}
    session.flush()
    return figures


def _undoable(import_id: int) -> CatalogImport:
    job = session.scalar(
        select(CatalogImport).where(CatalogImport.id == import_id).with_for_update()
    )
    if job is None:
        raise NotFound(_("There is no import %(id)s.", id=import_id))
    if job.state is ImportState.UNDONE:
        raise AlreadyUndone(_("This import was taken back already."))
    if job.dry_run:
        raise NothingToUndo(_("This was a trial: it changed nothing, so there is nothing to undo."))
    state = session.scalar(select(Job.state).where(Job.id == job.job_id))
    if state in (JobState.READY, JobState.RUN):
        raise NothingToUndo(_("This import is still going on; stop its job first, then undo it."))
    return job


def _remove_products(product_ids: list[int]) -> int:
    """Remove products that nothing refers to, archive the others; return how many were removed."""
    untouched = list(
        session.scalars(select(Product.id).where(Product.id.in_(product_ids), Product.version == 1))
    )
    try:
        _delete(untouched)
        removed = set(untouched)
    except IntegrityError:
        # Something refers to at least one of them: the foreign keys say which, one by one.
        removed = {one for one in untouched if _try_delete(one)}
    kept = [one for one in product_ids if one not in removed]
    now = clock.now()
    session.execute(
        update(Product)
        .where(Product.id.in_(kept), Product.archived_at.is_(None))
        .values(archived_at=now, updated_at=now, version=Product.version + 1)
        .execution_options(synchronize_session=False)
    )
    _note(kept, "archived by an undone import")
    return len(removed)


def _try_delete(product_id: int) -> bool:
    try:
        _delete([product_id])
    except IntegrityError:
        return False
    return True


def _delete(product_ids: list[int]) -> None:
    """:raises IntegrityError: something refers to one of them; none is deleted then"""
    if not product_ids:
        return
    with session.begin_nested():
        for statement in (
            delete(Variant).where(Variant.product_id.in_(product_ids)),
            delete(Product).where(Product.id.in_(product_ids)),
        ):
            session.execute(statement.execution_options(synchronize_session=False))


def _put_back(product_id: int, undos: list[tuple[int | None, dict[str, object]]]) -> bool:
    """Test whether something of a product that was there before became again what it was."""
    product = session.get(Product, product_id, populate_existing=True)
    if product is None:
        return False
    done = False
    for variant_id, undo in undos:
        if undo.get("variant") == "made" and variant_id is not None:
            done |= _remove_variant(variant_id)
        elif variant_id is not None and isinstance(undo.get("variant"), dict):
            variant = session.get(Variant, variant_id, populate_existing=True)
            if variant is not None:
                done |= _restore(variant, undo["variant"])
        if isinstance(undo.get("facts"), dict):
            done |= _restore(product, undo["facts"])
        for of, column, named in (
            (Barcode, Barcode.code, undo.get("barcodes")),
            (Photo, Photo.remote_url, undo.get("photos")),
        ):
            if isinstance(named, list) and named:
                own = (
                    Barcode.variant_id == variant_id
                    if of is Barcode
                    else Photo.product_id == product_id
                )
                session.execute(
                    delete(of)
                    .where(column.in_(named), own)
                    .execution_options(synchronize_session=False)
                )
                done = True
    if done:
        product.version += 1
        product.updated_at = clock.now()
        session.flush()
        renew_search(product_id)
        _note([product_id], "put back by an undone import")
    return done


def _remove_variant(variant_id: int) -> bool:
    """Remove a variant that nothing refers to, else archive it."""
    try:
        with session.begin_nested():
            session.execute(
                delete(Variant)
                .where(Variant.id == variant_id)
                .execution_options(synchronize_session=False)
            )
    except IntegrityError:
        session.execute(
            update(Variant)
            .where(Variant.id == variant_id)
            .values(archived_at=clock.now())
            .execution_options(synchronize_session=False)
        )
    return True


def _restore(record: Product | Variant, fields: object) -> bool:
    """Set fields back to (old, new)'s old, where they still are what the import made of them."""
    assert isinstance(fields, dict)
    done = False
    for name, (old, new) in fields.items():
        if name == "archived":
            if record.archived_at is None:
                record.archived_at, done = clock.now(), True
        elif getattr(record, name) == new:
            setattr(record, name, old)
            done = True
    return done


def _note(product_ids: list[int], action: str) -> None:
    audit.record_many([Reference("product", one) for one in product_ids], action)
