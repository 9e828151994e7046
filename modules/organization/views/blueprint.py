"""The door of the organization's screens, and who may change what behind it."""

from flask import Blueprint

from app.actor import current_actor
from app.errors import NotAllowed
from app.web import posted_version

VIEW = "organization.view"
EDIT = "organization.edit"

blueprint = Blueprint(
    "organization", "modules.organization", url_prefix="/organization", template_folder="templates"
)


def may_edit(store_id: int | None = None) -> bool:
    """Test whether the caller may change a store, or (without one) what all stores share."""
    stores = current_actor().stores(EDIT)
    return stores is None or (store_id is not None and store_id in stores)


def check_edit(store_id: int | None = None) -> None:
    """
    Make sure of it.

    :raises NotAllowed: he may not
    """
    if not may_edit(store_id):
        raise NotAllowed(EDIT)


def refusal_status(current_version: int) -> int:
    """Return 409 where the form was refused as stale, else 422."""
    return 409 if posted_version() != current_version else 422
