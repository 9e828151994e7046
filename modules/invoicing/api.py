"""Documents as programs get them: the PDF, or the word that it is being made."""

from typing import Any

from flask.typing import ResponseReturnValue

from app.access import check_store, scope
from app.api import api_blueprint, parse_id
from modules.invoicing import queries
from modules.invoicing.answers import pdf_answer

api = api_blueprint("invoicing", __name__, title="Documents")

SCOPE = "orders:read"


_ANSWERS: dict[int | str, dict[str, str | dict[str, dict[str, Any]]]] = {
    200: {
        "description": "The PDF, the same bytes for everybody",
        "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
    },
    202: {"description": "It is being made: ask again after `Retry-After` seconds"},
}


@api.get("/documents/<document_id>")
@api.doc(summary="The PDF of a document", responses=_ANSWERS)
@scope(SCOPE)
def get_document(document_id: str) -> ResponseReturnValue:
    document = queries.get_document(parse_id(document_id))
    check_store(SCOPE, document.store_id)
    if (answer := pdf_answer(document)) is not None:
        return answer
    return {"id": str(document.id), "state": "rendering"}, 202, {"Retry-After": "1"}
