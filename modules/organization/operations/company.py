"""Changes of the company itself."""

from stdnum import get_cc_module, iban
from stdnum.eu import vat

from app.errors import InvalidInput
from app.i18n import _
from modules.organization.models import Company
from modules.organization.operations.edits import change, open_record, words


def update_company(
    *,
    version: int,
    name: str,
    vat_id: str | None = None,
    street: str = "",
    postal_code: str = "",
    city: str = "",
    country: str = "PL",
    email: str | None = None,
    phone: str | None = None,
    bank_account: str | None = None,
    time_zone: str = "Europe/Warsaw",
) -> Company:
    """
    Say who the seller is on every document from now on; issued documents keep what they say.

    :raises InvalidInput: the VAT id or the bank account fails its check digits
    :raises StaleEdit: somebody else changed it meanwhile
    """
    company = open_record(Company, 1, version=version)
    return change(
        company,
        name=name.strip(),
        vat_id=plain_vat_id(vat_id, country),
        street=street.strip(),
        postal_code=postal_code.strip(),
        city=city.strip(),
        country=country,
        email=words(email),
        phone=words(phone),
        bank_account=plain_bank_account(bank_account),
        time_zone=time_zone,
    )


def plain_vat_id(value: str | None, country: str) -> str | None:
    """
    Return a VAT id with its country before it: PL5260250995.

    :raises InvalidInput: its check digits are wrong
    """
    typed = words(value)
    if typed is None:
        return None
    letters = "".join(sign for sign in typed.upper() if sign.isalnum())
    # Greece writes EL before its numbers, though its country code is GR.
    prefix = {"GR": "EL"}.get(country, country)
    number = letters if letters[:2].isalpha() else prefix + letters
    if number[:2].lower() in vat.MEMBER_STATES or number[:2] == "EL":
        valid = vat.is_valid(number)
    else:
        of_country = get_cc_module(number[:2], "vat")
        valid = of_country is None or of_country.is_valid(number[2:])
    if not valid or not number.isascii() or not 4 <= len(number) <= 20:
        raise InvalidInput(
            _("The VAT id %(number)s fails its check digit. Compare it again.", number=number),
            field="vat_id",
        )
    return number


def plain_bank_account(value: str | None) -> str | None:
    """
    Return a bank account as an IBAN; 26 digits are a Polish one.

    :raises InvalidInput: its check digits are wrong
    """
    typed = words(value)
    if typed is None:
        return None
    number = "".join(typed.split()).replace("-", "").upper()
    if number.isdigit() and len(number) == 26:
        number = "PL" + number
    if not iban.is_valid(number):
        raise InvalidInput(
            _("This account number fails its check digits. Compare it again."),
            field="bank_account",
        )
    return number
