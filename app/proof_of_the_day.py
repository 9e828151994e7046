"""The proof of the ledgers that runs by itself each night, and what it found last."""

import logging
from dataclasses import dataclass
from datetime import datetime

from app import clock, proving
from app.db import close_session, session
from app.i18n import lazy
from app.models import Setting
from app.module import Permission, Scheduled
from app.outbox import Running

log = logging.getLogger(__name__)

KIND = "ground.prove"
TITLE = lazy("Prove the ledgers")
SCHEDULE = Scheduled(kind=KIND, at="04:40", catch_up=True)
VIEW = "ledgers.view"
PERMISSION = Permission(
    code=VIEW,
    title=lazy("See whether the ledgers agree"),
    roles=("store_manager", "accountant"),
)
_KEY = "ledger_proof"


@dataclass(frozen=True)
class LastProof:
    """When the ledgers were proved last, and the first entry at which one was wrong."""

    at: datetime
    first: str

    @property
    def agrees(self) -> bool:
        return not self.first


def prove(running: Running) -> None:
    """Prove every ledger, and keep what was found for all to see."""
    wrong = [str(one) for result in proving.prove() for one in result.differences]
    close_session()
    for difference in wrong[:20]:
        log.error("a ledger differs", extra={"difference": difference})
    value = {"at": clock.now().isoformat(), "first": wrong[0] if wrong else ""}
    with running.finish({"differences": len(wrong)}):
        kept = session.get(Setting, _KEY)
        if kept is None:
            session.add(Setting(key=_KEY, value=value))
        else:
            kept.value = value


def last() -> LastProof | None:
    """Return what the last proof found; None before the first one."""
    kept = session.get(Setting, _KEY)
    if kept is None:
        return None
    return LastProof(datetime.fromisoformat(kept.value["at"]), kept.value["first"])
