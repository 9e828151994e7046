"""The company: the first page of the settings."""

from flask import url_for
from flask.typing import ResponseReturnValue

from app.access import requires
from app.history_page import last_changes
from app.i18n import _
from app.look import toast
from app.web import go_to, posted_version, render
from modules.organization import operations, queries
from modules.organization.forms import CompanyForm
from modules.organization.views.blueprint import (
    EDIT,
    VIEW,
    blueprint,
    check_edit,
    may_edit,
    refusal_status,
)


@blueprint.get("/")
@requires(VIEW)
def index() -> ResponseReturnValue:
    return _show(CompanyForm(obj=queries.get_company()))


@blueprint.post("/company")
@requires(EDIT)
def save_company() -> ResponseReturnValue:
    check_edit()
    form = CompanyForm()
    if form.carry_out(operations.update_company, version=posted_version()):
        toast(_("The company is saved."))
        return go_to(url_for(".index"))
    return _show(form, status=refusal_status(queries.get_company().version))


def _show(form: CompanyForm, *, status: int = 200) -> ResponseReturnValue:
    company = queries.get_company()
    return render(
        "organization/company.html",
        status=status,
        form=form,
        company=company,
        may_edit=may_edit(),
        changes=last_changes("company", company.id),
    )
