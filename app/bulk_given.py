"""What a person fills in before something is done with many rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.api import is_plain
from app.errors import InvalidInput
from app.i18n import _

_LONGEST = 1000


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One field. With `choices` it is one of them; `offers` are words that may be taken over."""

    name: str
    label: Any
    help: Any = ""
    choices: Callable[[], Sequence[tuple[str, Any]]] | None = None
    offers: Callable[[], Sequence[str]] | None = None
    many_lines: bool = False
    required: bool = True


def given_in(asks: Sequence[Ask], form: Mapping[str, str]) -> dict[str, str]:
    """
    Return what was filled in.

    :raises InvalidInput: something is missing, too long, or none of the choices
    """
    given = {}
    for ask in asks:
        text = form.get(ask.name, "").strip()
        if ask.required and not text:
            raise InvalidInput(
                _("Fill in “%(field)s” first.", field=ask.label), pointer="", field=ask.name
            )
        if not is_plain(text):
            raise InvalidInput(
                _("This text holds signs that cannot be kept."), pointer="", field=ask.name
            )
        if len(text) > _LONGEST:
            raise InvalidInput(
                _("“%(field)s” is too long.", field=ask.label), pointer="", field=ask.name
            )
        if ask.choices is not None and text not in {code for code, _word in ask.choices()}:
            raise InvalidInput(
                _("Choose one for “%(field)s”.", field=ask.label), pointer="", field=ask.name
            )
        given[ask.name] = text
    return given
