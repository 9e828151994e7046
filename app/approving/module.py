"""The approvals hand their page and their permission to the house."""

from app.approving.day import waiting_for_me
from app.approving.queries import DECIDE, count_waiting
from app.approving.views import blueprint
from app.i18n import lazy
from app.module import MenuItem, Module, Permission

approving = Module(
    name="approvals",
    title=lazy("Approvals"),
    blueprint=blueprint,
    menu=(
        MenuItem(
            title=lazy("Approvals"),
            endpoint="approvals.index",
            icon="shield-check",
            permission=DECIDE,
            area="house",
            order=10,
            count=count_waiting,
        ),
    ),
    waiting=waiting_for_me,
    permissions=(
        Permission(
            code=DECIDE,
            title=lazy("Approve what goes beyond a colleague’s limits"),
            roles=("shift_lead", "store_manager", "accountant"),
        ),
    ),
)
