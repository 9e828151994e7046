"""The paper partners of an account: where their books lie, and how long they are waited for."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from flask import current_app

from app import clock
from integrations.paper.client import Partner, Unreachable
from integrations.paper.files import PaperFile
from modules.connectors import Access, PartnerDown

AnyPartner = TypeVar("AnyPartner", bound=Partner)
BOOKS = {"PaperShop": "shop", "PaperCourier": "courier", "PaperGateway": "gateway"}


def reach(kind: type[AnyPartner], access: Access | None = None) -> AnyPartner:
    """Return a partner; its books lie in the folder of the account's settings, else in ours."""
    named = str(access.settings.get("folder") or "") if access else ""
    folder = Path(current_app.config["DATA_DIR"]) / (named or "paper")
    return kind(PaperFile(folder, BOOKS.get(kind.__name__, "bank")), _now)


def _now() -> datetime:
    # Looked up at each call, so that a test's frozen clock holds for partners too.
    return clock.now()


@contextmanager
def said_plainly() -> Iterator[None]:
    """Let a partner who can't be reached be told apart from one whose answer was lost."""
    try:
        yield
    except Unreachable as away:
        raise PartnerDown(str(away)) from away
