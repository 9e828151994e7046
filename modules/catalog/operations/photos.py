"""Pictures of a product: shown, and shown no more."""

from sqlalchemy import delete, select

from app.audit import record_change
from app.db import session
from app.errors import InvalidInput, NotFound
from app.i18n import _
from app.reference import Reference
from modules.catalog.checks import (
    axes_of,
)
from modules.catalog.models import (
    Photo,
)
from modules.catalog.operations.versions import bump
from modules.catalog.queries import get_product


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
    if colour and not any(colour in values for _option, values in axes_of(product.id)):
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
    bump(product)
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
    bump(product)
    record_change(
        Reference("product", product.id),
        "photo removed",
        old={"photo": gone.file or gone.remote_url},
    )
