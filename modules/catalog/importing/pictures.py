"""Pictures that a file names. They are never fetched here: their addresses are kept."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from modules.catalog.bulk import NewPhoto
from modules.catalog.importing.shapes import LONGEST, Account, ProductPlan
from modules.catalog.importing.source import SourceRow
from modules.catalog.models import RowOutcome


def take_pictures(
    rows: Sequence[SourceRow], plan: ProductPlan, axes: Sequence[str], *, exists: bool
) -> None:
    """Keep the addresses of pictures. They are never fetched here: each one is warned of."""
    by_row = {account.row.row_no: account for account in plan.accounts}
    colours = _colours_of_pictures(rows, axes)
    seen = set(plan.known.addresses) if plan.known else set()
    position = plan.known.photo_count if plan.known else 0
    for row in rows:
        account = by_row.get(row.row_no)
        if account is None:
            account = Account(row=row, outcome=RowOutcome.PICTURE)
            plan.accounts.append(account)
            if not exists:
                account.outcome = RowOutcome.REFUSED
                account.notes.append({"code": "product_not_taken", "value": row.record})
        if account.outcome is RowOutcome.REFUSED:
            continue
        for url, alt in ((row.image, row.image_alt), (row.variant_image, "")):
            if not url:
                continue
            if not _is_address(url):
                account.warn("picture_address", url)
                continue
            account.warn("picture_not_fetched", url)
            if url in seen:
                continue
            seen.add(url)
            plan.new_photos.append(
                NewPhoto(
                    remote_url=url,
                    colour=colours.get(url),
                    alt=alt[:250] or None,
                    position=position,
                )
            )
            position += 1
            if plan.known:
                account.undo.setdefault("photos", []).append(url)
                if account.outcome is RowOutcome.SAME:
                    account.outcome = RowOutcome.CHANGED


def _colours_of_pictures(rows: Sequence[SourceRow], axes: Sequence[str]) -> dict[str, str]:
    """Return which colour a picture shows, where variants of one colour alone name it as theirs."""
    if "colour" not in axes:
        return {}
    found: dict[str, set[str]] = {}
    for row in rows:
        values = [value for value in row.option_values if value]
        if row.variant_image and len(values) == len(axes):
            colour = dict(zip(axes, values, strict=True))["colour"]
            found.setdefault(row.variant_image, set()).add(colour)
    return {url: next(iter(colours)) for url, colours in found.items() if len(colours) == 1}


def _is_address(url: str) -> bool:
    if len(url) > LONGEST["url"]:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
