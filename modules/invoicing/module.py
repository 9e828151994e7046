"""What invoicing hands to the house."""

from app.i18n import lazy
from app.module import MenuItem, Module, Permission
from modules.invoicing.api import SCOPE, api
from modules.invoicing.demo import demo
from modules.invoicing.document_list import DOCUMENTS, EXPORT, OPEN, VIEW
from modules.invoicing.queries import prove_documents
from modules.invoicing.tasks import render
from modules.invoicing.views import blueprint, find

invoicing = Module(
    name="invoicing",
    title=lazy("Documents"),
    blueprint=blueprint,
    api=api,
    menu=(
        MenuItem(
            title=lazy("Documents"),
            endpoint="invoicing.index",
            icon="file-invoice",
            permission=VIEW,
            area="house",
            order=30,
        ),
    ),
    permissions=(
        Permission(
            code=VIEW,
            title=lazy("See invoices and other documents"),
            roles=("clerk", "shift_lead", "store_manager", "accountant"),
        ),
        Permission(
            code=OPEN,
            title=lazy("Open documents with the buyer’s address also without seeing contacts"),
            roles=("accountant",),
        ),
        Permission(
            code=EXPORT,
            title=lazy("Take the list of documents out as a file"),
            roles=("store_manager", "accountant"),
        ),
    ),
    lists=(DOCUMENTS,),
    scopes={SCOPE: "Orders and their documents"},
    tasks={"invoicing.render": render},
    task_titles={
        "invoicing.render": lazy("Make a document’s PDF"),
    },
    search=find,
    proofs={"documents": prove_documents},
    demo=demo,
)
