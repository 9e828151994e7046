"""What is owed in points: a page for managers and the books, and the same as a file."""

from datetime import date

from flask import Response, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from markupsafe import Markup

from app import exporting
from app.access import requires
from app.actor import current_actor
from app.i18n import _
from app.web import render
from modules import organization
from modules.loyalty.liability import Month, liability, worth
from modules.loyalty.models import ProgramState
from modules.loyalty.queries import get_program_by_code, liability_of, list_programs
from modules.loyalty.rights import EXPORT, MANAGE, VIEW
from modules.loyalty.views.blueprint import blueprint


@blueprint.get("/programs/<code>/owed")
@requires(VIEW)
def owed(code: str) -> ResponseReturnValue:
    program = get_program_by_code(code)
    return render(
        "loyalty/owed.html",
        program=program,
        owed=liability(program),
        month_words=month_words,
        worth=lambda points: worth(program, points),
        may_export=current_actor().may(EXPORT),
    )


@blueprint.get("/programs/<code>/owed.csv")
@requires(EXPORT)
def owed_file(code: str) -> ResponseReturnValue:
    """Give what is owed by month as a file for the books."""
    program = get_program_by_code(code)
    found = liability(program)
    head = [_("Month"), _("Can be spent"), _("Pending"), _("Together"), _("Worth (minor units)")]
    lines = [exporting.BOM + exporting.csv_line([*head, _("Currency")])]
    for one in found.months:
        begins = one.begins.isoformat()[:7] if one.begins else month_words(one)
        amounts = [one.points, one.pending, one.total, worth(program, one.total)]
        lines.append(exporting.csv_line([begins, *amounts, program.currency]))
    answer: Response = current_app.response_class("".join(lines), mimetype="text/csv")
    name = f"points-owed-{program.code}-{organization.today().isoformat()}.csv"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def owed_today() -> str:
    """Return what is owed in points, for the page of the day of those who set programmes up."""
    if not current_actor().may(MANAGE):
        return Markup("")
    rows = []
    for program in list_programs():
        if program.state is not ProgramState.DRAFT:
            one = liability_of(program.id)[0]
            rows.append((program, one, worth(program, one.points + one.pending - one.debt)))
    return render_template("loyalty/_owed_today.html", rows=rows) if rows else Markup("")


def month_words(month: Month) -> str:
    """Return in which month points end."""
    if isinstance(month.begins, date):
        return str(format_date(month.begins, "LLLL yyyy"))
    return _("They do not expire") if month.is_known else _("Not known: the goods have not left")
