"""The prices on a list: of one product in a table, from a file after a look, and as a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Response, request, send_file, url_for

from app import clock
from app.access import requires
from app.db import transact
from app.errors import RuleViolation
from app.i18n import _, ngettext
from app.look import toast
from app.money import exponent, parse_money
from app.web import go_to, posted_version, render
from modules import catalog, organization
from modules.pricing import queries, sheet
from modules.pricing.entries import Entry, put_prices
from modules.pricing.forms import PricesFileForm
from modules.pricing.models import PriceEntry, PriceList
from modules.pricing.price_list_list import EXPORT, MANAGE
from modules.pricing.views.blueprint import Answer, blueprint
from modules.pricing.views.lists import show_list

SHOWN = 100
_MINUTE = "%Y-%m-%dT%H:%M"


@dataclass
class Row:
    """One price of a variant in the table, as it was typed."""

    prefix: str
    variant: catalog.VariantCard
    price: str = ""
    least: str = ""
    since: str = ""
    until: str = ""
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        return not (self.price or self.since or self.until)


@blueprint.get("/<code>/products")
@requires(MANAGE, everywhere=True)
def find_product(code: str) -> Answer:
    """Go to the prices of the product that was typed or scanned."""
    found = queries.get_price_list_by_code(code)
    typed = request.args.get("product", "").strip()
    if not typed:
        return go_to(url_for(".show", code=code))
    hits = catalog.find_variants(typed, limit=1)
    if not hits:
        text = _("Nothing that we sell is called “%(code)s”.", code=typed[:80])
        return show_list(found, refusal=text, status=404)
    return go_to(url_for(".edit_prices", code=code, product=hits[0].product_code))


@blueprint.get("/<code>/products/<product>")
@requires(MANAGE, everywhere=True)
def edit_prices(code: str, product: str) -> Answer:
    found = queries.get_price_list_by_code(code)
    card = catalog.product_card(product)
    return _show(found, card, _rows_of(found, card))


@blueprint.post("/<code>/products/<product>")
@requires(MANAGE, everywhere=True)
def save_prices(code: str, product: str) -> Answer:
    found = queries.get_price_list_by_code(code)
    card = catalog.product_card(product)
    rows = _typed(card)
    entries = _entries(rows, found)
    if any(row.faults for row in rows):
        error = _("Nothing is saved yet. Look at the marked prices.")
        return _show(found, card, rows, error=error, status=422)
    try:
        transact(
            lambda: put_prices(
                price_list_id=found.id,
                version=posted_version(),
                entries=entries,
                instead_of=[one.id for one in card.variants],
            )
        )
    except RuleViolation as refused:
        found = queries.get_price_list_by_code(code)
        stale = found.version != posted_version()
        return _show(found, card, rows, error=str(refused), status=409 if stale else 422)
    toast(_("Prices of %(name)s are saved.", name=card.product.name))
    return go_to(url_for(".show", code=code))


@blueprint.get("/<code>/import")
@requires(MANAGE, everywhere=True)
def new_import(code: str) -> Answer:
    found = queries.get_price_list_by_code(code)
    return render("pricing/import.html", price_list=found, form=PricesFileForm(), read=None)


@blueprint.post("/<code>/import")
@requires(MANAGE, everywhere=True)
def look_at_file(code: str) -> Answer:
    """Show what a file would put onto the list; nothing is written yet."""
    found = queries.get_price_list_by_code(code)
    form = PricesFileForm()
    if not form.validate_on_submit():
        return _show_import(found, form, status=422)
    try:
        name = sheet.keep_file(form.file.data.stream)
        read = sheet.read_prices(sheet.kept_file(name), found)
    except RuleViolation as refused:
        form.refuse(refused)
        return _show_import(found, form, status=422)
    return _show_import(found, form, read=read, name=name)


@blueprint.post("/<code>/import/taking")
@requires(MANAGE, everywhere=True)
def take_file(code: str) -> Answer:
    """Put what the file says onto the list, without the rows that were refused."""
    found = queries.get_price_list_by_code(code)
    name = request.form.get("file", "")
    read = sheet.read_prices(sheet.kept_file(name), found)
    try:
        transact(
            lambda: put_prices(
                price_list_id=found.id,
                version=posted_version(),
                entries=read.entries,
                source=name,
            )
        )
    except RuleViolation as refused:
        form = PricesFileForm()
        form.refuse(refused)
        found = queries.get_price_list_by_code(code)
        return _show_import(found, form, read=read, name=name, status=409)
    count = len(read.entries)
    toast(ngettext("%(num)s price was taken.", "%(num)s prices were taken.", count))
    return go_to(url_for(".show", code=code))


@blueprint.get("/<code>/prices.csv")
@requires(EXPORT)
def export(code: str) -> Response:
    found = queries.get_price_list_by_code(code)
    name = f"{found.code}-{clock.now():%Y-%m-%d}.csv"
    return send_file(
        sheet.write_prices(found), mimetype="text/csv", as_attachment=True, download_name=name
    )


# --- the table --------------------------------------------------------------------------------


def _rows_of(found: PriceList, card: catalog.ProductCard) -> list[Row]:
    """Return what stands on the list of a product, and an empty row for each variant."""
    zone = organization.company_zone()
    stands: dict[int, list[PriceEntry]] = {one.id: [] for one in card.variants}
    for entry in queries.entries_of(found.id, list(stands)):
        stands[entry.variant_id].append(entry)
    rows = []
    for variant in card.variants:
        for at, entry in enumerate(stands[variant.id]):
            rows.append(
                Row(
                    prefix=f"{variant.id}-{at}",
                    variant=variant,
                    price=amount_text(entry.price_minor, found.currency),
                    least=str(entry.least_quantity),
                    since=_local(entry.valid_from, zone),
                    until=_local(entry.valid_to, zone),
                )
            )
        rows.append(Row(prefix=f"{variant.id}-{len(stands[variant.id])}", variant=variant))
    return rows


def _typed(card: catalog.ProductCard) -> list[Row]:
    rows = []
    for variant in card.variants:
        at = 0
        while f"{variant.id}-{at}-price" in request.form and at < 100:
            prefix = f"{variant.id}-{at}"

            def told(name: str, prefix: str = prefix) -> str:
                return request.form.get(f"{prefix}-{name}", "").strip()

            rows.append(
                Row(prefix, variant, told("price"), told("least"), told("since"), told("until"))
            )
            at += 1
    return rows


def _entries(rows: list[Row], found: PriceList) -> list[Entry]:
    """Return the prices that were typed; what cannot be read is marked on its row."""
    zone = organization.company_zone()
    entries = []
    seen: set[object] = set()
    for row in rows:
        if row.is_blank:
            continue
        one = Entry(
            variant_id=row.variant.id,
            price_minor=_price(row, found.currency),
            least_quantity=_least(row),
            valid_from=_moment(row, "since", zone),
            valid_to=_moment(row, "until", zone),
        )
        if one.valid_from and one.valid_to and one.valid_to <= one.valid_from:
            row.faults["until"] = _("It would be over before it began. Move the end.")
        if one.place in seen:
            row.faults["least"] = _("This step stands there twice.")
        seen.add(one.place)
        entries.append(one)
    return entries


def _price(row: Row, currency: str) -> int:
    try:
        minor = parse_money(row.price, currency)
    except ValueError:
        minor = -1
    if not 0 <= minor <= 10**13:
        row.faults["price"] = _("Write an amount such as 129,00.")
    return minor


def _least(row: Row) -> int:
    text = row.least or "1"
    if text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0:
        return int(text)
    row.faults["least"] = _("A quantity is a whole number from 1 on.")
    return 1


def _moment(row: Row, name: str, zone: ZoneInfo) -> datetime | None:
    text = getattr(row, name)
    if not text:
        return None
    try:
        read = datetime.strptime(text[:16], _MINUTE)  # noqa: DTZ007 - the zone comes next
    except ValueError:
        read = None
    if read is None or not 1900 <= read.year <= 2900:
        row.faults[name] = _("This is no date with a time. Choose one in the calendar.")
        return None
    return read.replace(tzinfo=zone).astimezone(UTC)


def _local(moment: datetime | None, zone: ZoneInfo) -> str:
    return "" if moment is None else moment.astimezone(zone).strftime(_MINUTE)


def amount_text(minor: int, currency: str) -> str:
    """Return an amount as it is typed into a field."""
    places = exponent(currency)
    whole, part = divmod(minor, 10**places)
    return f"{whole},{part:0{places}d}" if places else str(minor)


def _show(
    found: PriceList,
    card: catalog.ProductCard,
    rows: list[Row],
    *,
    error: str = "",
    status: int = 200,
) -> Answer:
    return render(
        "pricing/prices.html",
        status=status,
        price_list=found,
        card=card,
        product=card.product,
        rows=rows,
        error=error,
        company_currency=organization.get_company().currency,
        version=posted_version() or found.version,
    )


def _show_import(
    found: PriceList,
    form: PricesFileForm,
    *,
    read: sheet.Read | None = None,
    name: str = "",
    status: int = 200,
) -> Answer:
    known: Mapping[int, catalog.VariantForSale] = {}
    if read:
        known = catalog.variants_by_id(one.variant_id for one in read.entries[:SHOWN])
    return render(
        "pricing/import.html",
        status=status,
        price_list=found,
        form=form,
        read=read,
        name=name,
        known=known,
        shown=SHOWN,
    )
