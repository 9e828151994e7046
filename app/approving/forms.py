"""A form whose act may go beyond one's limits: then a second person signs, now or later."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import request
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import Length

from app import accounts, factors
from app.actor import Actor
from app.approving import operations
from app.approving.operations import CodeMissing, NotYours, Wanted
from app.approving.queries import who_may_approve
from app.db import close_session, session, transact
from app.errors import RuleViolation
from app.forms import Form
from app.i18n import _, lazy
from app.judging import judge_code
from app.limits import NeedsSecondPerson
from app.logs import tell_of_door
from app.models import Account
from app.reference import Reference

_OWN = ("second", "second_email", "second_password", "second_code")


class WithSecondPerson(Form):
    """
    The fields of a second person, beside those of the act.

    `second` says what the person chose: "" (nothing yet), "here" or "later".
    """

    second = HiddenField()
    second_email = StringField(lazy("Colleague’s e-mail"), [Length(max=254)])
    second_password = PasswordField(lazy("Colleague’s password"), [Length(max=128)])
    second_code = StringField(lazy("Code of the colleague’s app"), [Length(max=60)])

    made: Callable[[Any], Reference] | None = None
    """For an act that makes its record, which is never left waiting: tells it from the answer."""
    needs: NeedsSecondPerson | None = None
    """Why a second person is needed, once that is known."""
    asked: bool = False
    """The act was not done: it waits for a second person."""

    @property
    def may_wait(self) -> bool:
        """Test whether the act can be asked for now and be done later."""
        return self.made is None

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in super().values().items() if name not in _OWN}

    def approvers(self) -> Sequence[str]:
        """Return who may approve it, by name."""
        assert self.needs is not None
        return who_may_approve(self.needs.amounts, store_id=self.needs.store_id)

    def carry_out_within_limits(
        self, operation: Callable[..., Any], wanted: Callable[[], Wanted], **more: Any
    ) -> bool:
        """
        Test whether the form is valid and its act was done, or waits for a second person.

        As `carry_out`; what is beyond the limits asks who signs instead of being refused.
        """
        if not self.validate_on_submit():
            return False

        def work() -> Any:
            return operation(**self.values(), **more)

        try:
            self.done = transact(work)
        except NeedsSecondPerson as refusal:
            self.needs = refusal
        except RuleViolation as violation:
            self.refuse(violation)
            return False
        return self.needs is None or self._with_second_person(work, wanted(), self.needs)

    def _with_second_person(
        self, work: Callable[[], Any], wanted: Wanted, refusal: NeedsSecondPerson
    ) -> bool:
        close_session()  # what the refused unit of work has read is not what is so
        chosen = self.second.data
        try:
            if chosen == "later" and self.may_wait:
                transact(lambda: operations.ask(wanted=wanted, refusal=refusal))
                self.asked = True
                return True
            if chosen == "here":
                approver = self._approver()
                self.done = transact(
                    lambda: operations.carry_out_with(
                        approver=approver,
                        wanted=wanted,
                        refusal=refusal,
                        operation=work,
                        made=self.made,
                    )
                )
                return True
        except NeedsSecondPerson as beyond:
            self.refuse(NotYours(str(beyond)))
        except RuleViolation as violation:
            self.refuse(violation)
        return False

    def _approver(self) -> Actor:
        """
        Return who the second person is, by e-mail and password, and a code where he has an app.

        :raises RuleViolation: they are wrong, or were tried too often
        """
        email, ip = self.second_email.data or "", request.remote_addr or ""
        try:
            account = accounts.check_password(
                email=email, password=self.second_password.data or "", ip=ip
            )
        except accounts.WrongSignIn:
            tell_of_door("wrong password of a second person", email=email)
            raise NotYours(_("E-mail or password of the second person is wrong.")) from None
        self._check_code(account, ip)
        return accounts.actor_of(session.get_one(Account, account.id))

    def _check_code(self, account: Account, ip: str) -> None:
        """Ask of a second person what the door asks of him: nobody signs with less."""
        if not factors.is_on(account.id):
            if factors.is_required(account.id):
                raise NotYours(
                    _("%(name)s has to set up a second factor first.", name=account.name)
                )
            return
        code = self.second_code.data or ""
        if not code.strip():
            raise CodeMissing(_("%(name)s has to type a code of the app too.", name=account.name))
        try:
            judge_code(
                account,
                lambda: factors.check(account_id=account.id, code=code),
                ip=ip,
                said="wrong code of a second person",
            )
        except factors.WrongCode as wrong:
            raise CodeMissing(str(wrong)) from None


class SecondPersonForm(WithSecondPerson):
    """For a button that has no form of its own."""
