"""Pictures: taken in by upload, and shown."""

import re

from flask import Response, request, send_file, url_for

from app.access import public, requires
from app.db import transact
from app.errors import NotFound, RuleViolation
from app.i18n import _
from app.look import toast
from app.web import go_to
from modules.catalog import operations, queries
from modules.catalog.folders import photos_folder
from modules.catalog.forms import PhotoForm
from modules.catalog.photo_files import BIGGEST_FILE, store_photo
from modules.catalog.queries import COLOUR_NAMES
from modules.catalog.views.blueprint import EDIT, Answer, blueprint
from modules.catalog.views.product import show_product

_NAME = re.compile(r"[0-9a-f]{40}-[sl]\.webp")


@blueprint.get("/photos/<name>")
@public
def photo(name: str) -> Response:
    """Return a picture: named by its content, so it never changes; it is shown, never run."""
    path = photos_folder() / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise NotFound(_("There is no such picture."))
    response = send_file(path, mimetype="image/webp", conditional=True)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@blueprint.post("/products/<code>/photos")
@requires(EDIT)
def add_photo(code: str) -> Answer:
    request.max_content_length = BIGGEST_FILE + 64 * 1024
    card = queries.product_card(code)
    form = PhotoForm()
    form.offer(
        [
            value
            for axis in card.axes
            if axis.name.casefold() in COLOUR_NAMES
            for value in axis.values
        ]
    )
    if not form.validate_on_submit():
        return show_product(card, status=422, photo_form=form)
    try:
        stored = store_photo(form.photo.data.stream, photos_folder())
        transact(
            lambda: operations.add_photo(
                code=code,
                file=stored.file,
                width=stored.width,
                height=stored.height,
                colour=form.colour.data or None,
            )
        )
    except RuleViolation as refused:
        form.refuse(refused)
        return show_product(queries.product_card(code), status=422, photo_form=form)
    toast(_("The picture is shown now."))
    return go_to(url_for(".product", code=code))


@blueprint.post("/products/<code>/photos/<int:photo_id>/removal")
@requires(EDIT)
def remove_photo(code: str, photo_id: int) -> Answer:
    transact(lambda: operations.remove_photo(code=code, photo_id=photo_id))
    toast(_("The picture is shown no more."))
    return go_to(url_for(".product", code=code))
