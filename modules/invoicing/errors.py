"""What the rules of documents can refuse, in words for the person at the screen."""

from app.errors import RuleViolation


class NothingToInvoice(RuleViolation):
    code = "nothing_to_invoice"


class CannotCorrect(RuleViolation):
    code = "cannot_correct"
