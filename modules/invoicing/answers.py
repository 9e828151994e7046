"""How a stored document leaves the house: as a PDF that opens in a tab of its own."""

import io

from flask import Response, send_file

from app.errors import NotFound
from app.i18n import _
from modules.invoicing import queries
from modules.invoicing.models import Document


def pdf_answer(document: Document) -> Response | None:
    """
    Return the PDF of a document, to be saved under its number; None while it is being made.

    :raises NotFound: its file was lost
    """
    path = queries.file_of(document)
    if path is None:
        return None
    try:
        pdf = io.BytesIO(path.read_bytes())
    except FileNotFoundError:
        raise NotFound(
            _("The file of this document is missing. Restore it from a backup.")
        ) from None
    number = queries.shown_number(document.kind, document.number, document.id)
    name = number.replace("/", "-") + ".pdf"
    response = send_file(
        pdf, mimetype="application/pdf", download_name=name, etag=document.pdf_hash or False
    )
    # It holds a person's data and never changes: kept by the browser, asked again each time.
    response.headers["Cache-Control"] = "private, no-cache"
    return response
