"""Changes of the catalogue. Each function is one thing that staff or a program can do."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from app import clock
from app.audit import record_change
from app.db import session
from app.errors import InvalidInput, NotFound, RuleViolation
from app.i18n import _
from app.reference import Reference
from modules import organization
from modules.catalog.barcodes import is_gtin, readings
from modules.catalog.bulk import (
    NewOption,
    NewProduct,
    NewVariant,
    cell_of,
    import_products,
    insert_variants,
    is_code,
    kind_of,
    renew_search,
)
from modules.catalog.errors import BarcodeTaken, CellTaken, CodeTaken, SkuTaken, StaleProduct
from modules.catalog.models import (
    Barcode,
    OptionValue,
    Photo,
    Product,
    ProductOption,
    ProductStatus,
    Variant,
)
from modules.catalog.queries import get_product, get_variant

MOST_AXES = 3
MOST_VARIANTS = 1_000
STANDARD = "standard"


def create_product(
    *,
    code: str,
    name: str,
    options: Sequence[NewOption] = (),
    variants: Sequence[NewVariant] = (),
    status: ProductStatus = ProductStatus.ACTIVE,
    brand: str | None = None,
    category: str | None = None,
    tax_rate_bp: int | None = None,
    tax_class: str | None = None,
    description: str | None = None,
) -> Product:
    """
    Put a product into the catalogue with the variants that exist of it.

    The VAT is told by a class or by today's rate; without both it is the standard class.

    :raises CodeTaken: there is a product of that code
    :raises SkuTaken: a SKU belongs to another variant
    :raises BarcodeTaken: a barcode stands on another variant
    :raises CellTaken: two variants have the same values
    :raises InvalidInput: an option, a value, a barcode or the tax is none
    """
    _check_code(code)
    tax_class_id = _tax_class_id(tax_class, tax_rate_bp)
    _check_axes(options)
    _check_variants(variants, options)
    if session.scalar(select(Product.id).where(Product.code == code)) is not None:
        raise CodeTaken(code)
    _check_free(variants)
    new = NewProduct(
        code=code,
        name=name,
        tax_class_id=tax_class_id,
        options=options,
        variants=variants,
        status=status,
        brand=brand,
        category=category,
        description=description,
    )
    try:
        made = import_products(products=[new])
    except IntegrityError as error:
        raise _lost_race() from error
    product = session.get_one(Product, made.products[code])
    record_change(
        Reference("product", product.id),
        "created",
        new={"code": code, "name": name, "variants": [one.sku for one in variants]},
    )
    return product


def update_product(
    *,
    code: str,
    version: int,
    name: str | None = None,
    status: ProductStatus | None = None,
    brand: str | None = None,
    category: str | None = None,
    tax_class: str | None = None,
    description: str | None = None,
) -> Product:
    """
    Change the facts of a product. None leaves a fact as it is, "" empties it.

    :raises NotFound: there is no such product
    :raises StaleProduct: somebody changed it since `version`
    :raises InvalidInput: the name would be empty, or the tax class is none
    """
    product = get_product(code)
    if name is not None and not name.strip():
        raise InvalidInput(_("Give the product a name."), pointer="/name", field="name")
    wanted: dict[str, Any] = {
        "name": name,
        "status": status,
        "brand": brand,
        "category": category,
        "description": description,
    }
    new = {key: value or None for key, value in wanted.items() if value is not None}
    if tax_class is not None:
        new["tax_class_id"] = _tax_class_id(tax_class, None)
    old = {key: getattr(product, key) for key in new}
    if old == new:
        _check_version(product, version)
        return product
    _bump(product, version, **new)
    record_change(Reference("product", product.id), "edited", old=old, new=new)
    if {"name", "brand", "category"} & new.keys():
        renew_search(product.id)
    return product


def add_variants(*, code: str, version: int | None = None, variants: Sequence[NewVariant]) -> None:
    """
    Make more cells of a product; values that an axis does not have yet are put at its end.

    :raises NotFound: there is no such product
    :raises StaleProduct: somebody changed it since `version`
    :raises SkuTaken: a SKU belongs to another variant
    :raises BarcodeTaken: a barcode stands on another variant
    :raises CellTaken: there is such a variant already
    :raises InvalidInput: an axis is missing or unknown, or a barcode is none
    """
    product = get_product(code)
    axes = _axes_of(product.id)
    grown = [
        NewOption(
            name=option.name,
            values=[
                *values,
                *dict.fromkeys(
                    one.options[option.name]
                    for one in variants
                    if one.options.get(option.name) and one.options[option.name] not in values
                ),
            ],
        )
        for option, values in axes
    ]
    _check_variants(variants, grown)
    names = [option.name for option, _values in axes]
    present = set(session.scalars(select(Variant.cell).where(Variant.product_id == product.id)))
    for one in variants:
        if cell_of(one.options, names) in present:
            raise CellTaken(" · ".join(one.options.values()) or one.sku)
    _check_free(variants)
    for (option, values), wanted in zip(axes, grown, strict=True):
        for at, value in enumerate(wanted.values[len(values) :], start=len(values)):
            session.add(OptionValue(option_id=option.id, value=value, position=at))
    _bump(product, version)
    try:
        insert_variants([(product.id, product, names, one) for one in variants])
    except IntegrityError as error:
        raise _lost_race() from error
    record_change(
        Reference("product", product.id),
        "variants added",
        new={"variants": [one.sku for one in variants]},
    )
    renew_search(product.id)


def add_variant(*, code: str, variant: NewVariant) -> Variant:
    """Make one more cell of a product: as `add_variants`."""
    add_variants(code=code, variants=[variant])
    return get_variant(variant.sku)


def set_price(*, sku: str, price_minor: int) -> None:
    """
    Change the list price of a variant.

    :raises NotFound: there is no variant of that SKU
    """
    product = session.get_one(Product, get_variant(sku).product_id)
    set_prices(code=product.code, prices={sku: price_minor})


def set_prices(
    *,
    code: str,
    version: int | None = None,
    prices: Mapping[str, int] | None = None,
    costs: Mapping[str, int | None] | None = None,
) -> None:
    """
    Change list prices and costs of variants of one product, by SKU.

    :raises NotFound: there is no such product
    :raises StaleProduct: somebody changed it since `version`
    :raises InvalidInput: a SKU is none of this product's, or a price is negative
    """
    product = get_product(code)
    wanted: dict[str, dict[str, int | None]] = {}
    for field, given in (("price_minor", prices or {}), ("cost_minor", costs or {})):
        for sku, minor in given.items():
            if minor is not None and minor < 0:
                raise InvalidInput(
                    _("The price of %(sku)s is negative; write what it costs.", sku=sku),
                    pointer=f"/prices/{sku}",
                    field="prices",
                )
            wanted.setdefault(sku, {})[field] = minor
    known = {
        one.sku: one
        for one in session.scalars(
            select(Variant).where(Variant.product_id == product.id, Variant.sku.in_(wanted))
        )
    }
    old: dict[str, Any] = {}
    new: dict[str, Any] = {}
    for sku, values in wanted.items():
        if sku not in known:
            raise InvalidInput(
                _("%(name)s has no variant %(sku)s.", name=product.name, sku=sku),
                pointer=f"/prices/{sku}",
                field="prices",
            )
        for field, minor in values.items():
            if getattr(known[sku], field) != minor:
                old[f"{sku} {field}"] = getattr(known[sku], field)
                new[f"{sku} {field}"] = minor
                setattr(known[sku], field, minor)
    if not new:
        _check_version(product, version)
        return
    _bump(product, version)
    record_change(Reference("product", product.id), "prices", old=old, new=new)


def add_barcode(*, sku: str, barcode: str) -> Barcode:
    """
    Let one more code mean a variant; a right GTIN becomes one, anything else an internal code.

    :raises NotFound: there is no variant of that SKU
    :raises BarcodeTaken: the code stands on a variant already
    :raises InvalidInput: it is empty, or looks like an EAN whose check digit is wrong
    """
    variant = get_variant(sku)
    code = barcode.strip()
    if not code:
        raise InvalidInput(_("Scan or type a barcode."), pointer="/barcode", field="barcode")
    if code.isascii() and code.isdigit() and len(code) == 13 and not is_gtin(code):
        raise InvalidInput(
            _("The last digit of %(code)s does not fit the others; scan it again.", code=code),
            pointer="/barcode",
            field="barcode",
        )
    _check_barcodes_free([code])
    made = Barcode(code=code, kind=kind_of(code), variant_id=variant.id)
    session.add(made)
    try:
        session.flush()
    except IntegrityError as error:
        raise _lost_race() from error
    _bump(session.get_one(Product, variant.product_id))
    record_change(
        Reference("product", variant.product_id), "barcode added", new={"sku": sku, "barcode": code}
    )
    renew_search(variant.product_id)
    return made


def remove_barcode(*, sku: str, barcode: str) -> None:
    """
    Take a code away from a variant.

    :raises NotFound: the variant has no such code
    """
    variant = get_variant(sku)
    gone = session.execute(
        delete(Barcode)
        .where(Barcode.variant_id == variant.id, Barcode.code == barcode)
        .returning(Barcode.id)
    ).first()
    if gone is None:
        raise NotFound(_("%(sku)s has no barcode %(code)s.", sku=sku, code=barcode[:80]))
    _bump(session.get_one(Product, variant.product_id))
    record_change(
        Reference("product", variant.product_id),
        "barcode removed",
        old={"sku": sku, "barcode": barcode},
    )
    renew_search(variant.product_id)


def add_photo(
    *,
    code: str,
    file: str,
    width: int | None = None,
    height: int | None = None,
    colour: str | None = None,
    alt: str | None = None,
) -> Photo:
    """
    Show a stored picture with a product, or with one of its colours.

    :raises NotFound: there is no such product
    :raises InvalidInput: no option of the product has that value
    """
    product = get_product(code)
    if colour and not any(colour in values for _option, values in _axes_of(product.id)):
        raise InvalidInput(
            _("%(name)s does not come in %(colour)s.", name=product.name, colour=colour),
            pointer="/colour",
            field="colour",
        )
    shown = session.execute(
        select(Photo.position)
        .where(Photo.product_id == product.id)
        .order_by(Photo.position.desc())
        .limit(1)
    ).scalar()
    photo = Photo(
        product_id=product.id,
        file=file,
        colour=colour or None,
        alt=alt,
        width=width,
        height=height,
        position=0 if shown is None else shown + 1,
    )
    session.add(photo)
    session.flush()
    _bump(product)
    record_change(
        Reference("product", product.id), "photo added", new={"photo": file, "colour": colour}
    )
    return photo


def remove_photo(*, code: str, photo_id: int) -> None:
    """
    Show a picture no more; its file stays, as other pages may still name it.

    :raises NotFound: the product has no such picture
    """
    product = get_product(code)
    gone = session.execute(
        delete(Photo)
        .where(Photo.product_id == product.id, Photo.id == photo_id)
        .returning(Photo.file, Photo.remote_url)
    ).first()
    if gone is None:
        raise NotFound(_("This product has no such picture."))
    _bump(product)
    record_change(
        Reference("product", product.id),
        "photo removed",
        old={"photo": gone.file or gone.remote_url},
    )


def archive_product(*, code: str, version: int | None = None) -> None:
    """
    Take a product out of lists and sale; its history stays.

    :raises NotFound: there is no such product
    :raises StaleProduct: somebody changed it since `version`
    """
    _set_archived(code, version, archived=True)


def restore_product(*, code: str, version: int | None = None) -> None:
    """
    Bring an archived product back.

    :raises NotFound: there is no such product
    :raises StaleProduct: somebody changed it since `version`
    """
    _set_archived(code, version, archived=False)


# --- what they share -------------------------------------------------------------------------


def _set_archived(code: str, version: int | None, *, archived: bool) -> None:
    product = get_product(code)
    if (product.archived_at is not None) == archived:
        return
    _bump(product, version, archived_at=clock.now() if archived else None)
    record_change(Reference("product", product.id), "archived" if archived else "restored")


def _tax_class_id(tax_class: str | None, tax_rate_bp: int | None) -> int:
    if tax_class is not None and tax_rate_bp is not None:
        raise InvalidInput(
            _("Give the tax class or the rate, not both."),
            pointer="/tax_rate_bp",
            field="tax_class",
        )
    if tax_rate_bp is not None:
        return organization.tax_class_for_rate(tax_rate_bp, on=organization.today()).id
    try:
        return organization.get_tax_class(tax_class or STANDARD).id
    except NotFound as unknown:
        raise InvalidInput(str(unknown), pointer="/tax_class", field="tax_class") from None


def _check_code(code: str) -> None:
    """Make sure that the code can stand in an address."""
    if not is_code(code):
        raise InvalidInput(
            _("A product code has no slash and is not made of dots alone; choose another."),
            pointer="/code",
            field="code",
        )


def _check_axes(options: Sequence[NewOption]) -> None:
    if len(options) > MOST_AXES:
        raise InvalidInput(
            _("A product has at most three options."), pointer="/options", field="options"
        )
    names = [option.name for option in options]
    if len(set(names)) < len(names):
        raise InvalidInput(
            _("Two options have the same name."), pointer="/options", field="options"
        )
    for at, option in enumerate(options):
        if len(set(option.values)) < len(option.values):
            raise InvalidInput(
                _("The option %(name)s names a value twice.", name=option.name),
                pointer=f"/options/{at}/values",
                field="options",
            )


def _check_variants(variants: Sequence[NewVariant], options: Sequence[NewOption]) -> None:
    """Make sure that each variant is a cell of its own, and within the axes."""
    if len(variants) > MOST_VARIANTS:
        raise InvalidInput(
            _("A product has at most %(number)s variants.", number=MOST_VARIANTS),
            pointer="/variants",
        )
    names = [option.name for option in options]
    cells: set[str] = set()
    skus: set[str] = set()
    barcodes: set[str] = set()
    for at, variant in enumerate(variants):
        unknown = set(variant.options) - set(names)
        if unknown or len(variant.options) < len(names):
            raise InvalidInput(
                _("%(sku)s needs a value for each option of the product.", sku=variant.sku),
                pointer=f"/variants/{at}/options",
                field="options",
            )
        for option in options:
            if variant.options[option.name] not in option.values:
                raise InvalidInput(
                    _(
                        "%(value)s is not among the values of %(option)s.",
                        value=variant.options[option.name],
                        option=option.name,
                    ),
                    pointer=f"/variants/{at}/options/{option.name}",
                    field="options",
                )
        cell = cell_of(variant.options, names)
        if cell in cells:
            raise CellTaken(" · ".join(variant.options.values()) or variant.sku)
        if variant.sku in skus:
            raise SkuTaken(variant.sku)
        for code in variant.barcodes:
            if barcodes.intersection(readings(code)):
                raise BarcodeTaken(code, variant.sku)
            barcodes.update(readings(code))
        cells.add(cell)
        skus.add(variant.sku)


def _check_free(variants: Sequence[NewVariant]) -> None:
    taken = session.scalar(
        select(Variant.sku).where(Variant.sku.in_([one.sku for one in variants])).limit(1)
    )
    if taken is not None:
        raise SkuTaken(taken)
    _check_barcodes_free([code for one in variants for code in one.barcodes])


def _check_barcodes_free(codes: Sequence[str]) -> None:
    if not codes:
        return
    taken = session.execute(
        select(Barcode.code, Variant.sku)
        .join(Variant, Variant.id == Barcode.variant_id)
        .where(Barcode.code.in_([reading for code in codes for reading in readings(code)]))
        .limit(1)
    ).first()
    if taken is not None:
        raise BarcodeTaken(taken.code, taken.sku)


def _lost_race() -> RuleViolation:
    refused = RuleViolation(
        _("Somebody just used this code, SKU or barcode; look at the list, then try again.")
    )
    refused.code = "already_exists"
    return refused


def _axes_of(product_id: int) -> list[tuple[ProductOption, list[str]]]:
    options = session.scalars(
        select(ProductOption)
        .where(ProductOption.product_id == product_id)
        .order_by(ProductOption.position)
    ).all()
    values = session.execute(
        select(OptionValue.option_id, OptionValue.value)
        .where(OptionValue.option_id.in_([one.id for one in options]))
        .order_by(OptionValue.position, OptionValue.id)
    ).all()
    return [(one, [value for of, value in values if of == one.id]) for one in options]


def _check_version(product: Product, version: int | None) -> None:
    if version is not None and product.version != version:
        raise StaleProduct(product.name)


def _bump(product: Product, version: int | None = None, **values: Any) -> None:
    """Change a product and count its version, unless somebody else did since `version`."""
    session.flush()
    changed = session.execute(
        update(Product)
        .where(Product.id == product.id)
        .where(Product.version == version if version is not None else Product.id == product.id)
        .values(version=Product.version + 1, updated_at=clock.now(), **values)
        .returning(Product.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(product)
    if changed is None:
        raise StaleProduct(product.name)
