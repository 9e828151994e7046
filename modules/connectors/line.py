"""The line to a partner: every call goes over it, is timed, written down, and stopped in time."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from app import clock
from app.db import close_session, is_writing, transact
from app.i18n import _
from app.outbox import Postponed
from modules.connectors.errors import AccountOff, PartnerDown
from modules.connectors.models import AccountState, ConnectorAccount
from modules.connectors.operations import note_call
from modules.connectors.registry import build_port, get_account

Answer = TypeVar("Answer")
_PAUSE = timedelta(minutes=1)


class Line:
    """What fulfils a port for one account, behind the log and the breaker."""

    def __init__(self, port: str, account: ConnectorAccount) -> None:
        self.account_id, self.code = account.id, account.code
        self._partner: Any = build_port(port, account)

    def call(self, operation: str, ask: Callable[[Any], Answer], *, reference: str = "") -> Answer:
        """
        Return what the partner answers. No transaction may be open: a partner may take seconds.

        :raises PartnerDown: it could not be reached, and nothing happened there
        """
        assert not is_writing(), "a partner is called outside of a unit of work"
        close_session()
        began = time.perf_counter()
        try:
            answer = ask(self._partner)
        except PartnerDown as down:
            self._note(operation, reference, "down", str(down), began)
            raise
        except Exception as error:
            self._note(operation, reference, "error", f"{type(error).__name__}: {error}", began)
            raise
        outcome = str(getattr(answer, "outcome", "done"))
        message = str(getattr(answer, "message", ""))
        self._note(operation, reference, outcome, message, began)
        return answer

    def _note(
        self, operation: str, reference: str, outcome: str, message: str, began: float
    ) -> None:
        ms = round((time.perf_counter() - began) * 1000)
        transact(
            lambda: note_call(
                account_id=self.account_id,
                operation=operation,
                reference=reference,
                outcome=outcome,
                message=message,
                ms=ms,
            )
        )


def open_line(port: str, code: str) -> Line:
    """
    Return the line to an account's partner, for a job.

    :raises NoSuchAccount: there is no such account, or its connector can't do that
    :raises AccountOff: it is switched off
    :raises Postponed: it is paused, or rests after too many failures
    """
    account = get_account(code)
    if account.state is AccountState.OFF:
        raise AccountOff(
            _("The connector %(name)s is switched off. Switch it on first.", name=account.name)
        )
    if account.state is AccountState.PAUSED:
        raise Postponed(_PAUSE)
    now = clock.now()
    if account.resting_until is not None and account.resting_until > now:
        raise Postponed(account.resting_until - now)
    return Line(port, account)
