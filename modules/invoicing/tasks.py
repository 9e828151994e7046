"""The work that makes PDFs, outside of every transaction that issues a document."""

from app.outbox import Running
from modules.invoicing import operations, queries, rendering, storage


def render(running: Running) -> None:
    """Draw an issued document and keep the file; a repeated run draws the same bytes."""
    document = queries.get_document(running.payload["document_id"])
    pdf_hash = storage.keep(rendering.render(document.data, document.template_version))
    with running.finish():
        operations.note_rendered(document_id=document.id, pdf_hash=pdf_hash)
