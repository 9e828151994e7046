"""Build the application from its parts. The parts are handed in: nothing here knows their names."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from apiflask import APIFlask
from flask import Response, abort, request
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app import (
    access,
    api_docs,
    audit_chain,
    cli,
    config,
    confirming,
    db,
    entrance,
    failures,
    finding,
    first_run,
    ground,
    headers,
    i18n,
    installing,
    logs,
    look,
    own_factor,
    pages,
    profile,
    proof_of_the_day,
    sign_in,
    static_files,
    tables,
    tasks,
    tidying,
    today,
    views,
)
from app.addresses import House
from app.api import is_plain
from app.approving.module import approving
from app.backups.module import backups
from app.bodies import BASE, ApiRequest, StrictJson, refuse_what_is_ambiguous
from app.list_module import lists
from app.module import Module
from app.monitoring import monitoring

ROOT = Path(__file__).parent.parent
FLOORS = ("modules", "integrations")
VERSION = "0.1.0"
GROUND: Sequence[Module] = (approving, lists, backups, monitoring)
"""Parts that every house has."""


def create_app(parts: Sequence[Module], override: Mapping[str, Any] | None = None) -> APIFlask:
    """Return the whole house, ready to answer."""
    app = House(
        __name__,
        static_folder=None,
        title="Verso",
        version=VERSION,
        spec_path=f"{BASE}/openapi.json",
        docs_path=None,
    )
    app.request_class, app.json = ApiRequest, StrictJson(app)
    app.config.from_mapping(config.settings(override))
    app.config["VERSION"] = VERSION
    if hops := app.config["PROXY_HOPS"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]

    db.init_app(app)
    gather(app, parts)
    i18n.init_app(app, _catalogues(parts))
    look.register(app)
    tables.limit_fields()
    static_files.init_app(app)
    pages.init_app(app)
    logs.init_app(app)
    app.before_request(_refuse_unstorable)
    sign_in.init_app(app)
    access.init_app(app)
    app.before_request(refuse_what_is_ambiguous)
    csrf = CSRFProtect(app)
    confirming.init_app(app)
    failures.init_app(app)
    headers.init_app(app)
    tasks.install_doorbell(app)

    for room in (views, finding, installing, today):
        assert room.blueprint is ground.blueprint  # their pages hang on it once they are imported
    app.register_blueprint(ground.blueprint)
    app.register_blueprint(profile.blueprint)
    app.register_blueprint(own_factor.blueprint)
    app.register_blueprint(entrance.blueprint)
    app.register_blueprint(first_run.blueprint)
    app.register_blueprint(api_docs.blueprint)
    for part in (*GROUND, *parts):
        if part.blueprint:
            app.register_blueprint(part.blueprint)
        if part.api:
            app.register_blueprint(part.api)
            csrf.exempt(part.api)
        for command in part.commands:
            app.cli.add_command(command)
    cli.init_app(app)
    api_docs.describe(app)
    access.assert_all_declared(app)
    return app


def gather(app: APIFlask, parts: Sequence[Module]) -> None:
    """Put together what the parts hand in: events, tasks, times, slots, menu, scopes."""
    subscribers: dict[type, list[Any]] = defaultdict(list)
    slots: dict[str, list[Any]] = defaultdict(list)
    found: dict[str, dict[str, Any]] = {
        "tasks": {
            tidying.KIND: tidying.tidy,
            audit_chain.KIND: audit_chain.chain,
            proof_of_the_day.KIND: proof_of_the_day.prove,
        },
        "task_titles": {
            tidying.KIND: tidying.TITLE,
            audit_chain.KIND: audit_chain.TITLE,
            proof_of_the_day.KIND: proof_of_the_day.TITLE,
        },
        "scopes": {},
        "lists": {},
        "names": {},
        "histories": {},
        "proofs": {"audit": audit_chain.prove_trail},
    }
    for part in (*GROUND, *parts):
        for event_type, handlers in part.subscribers.items():
            subscribers[event_type].extend(handlers)
        for name, fillers in part.slots.items():
            slots[name].extend(fillers)
        for kind, task in part.tasks.items():
            assert kind not in found["tasks"], f"two parts can do {kind}"
            found["tasks"][kind] = task
        found["task_titles"].update(part.task_titles)
        found["scopes"].update(part.scopes)
        found["proofs"].update(part.proofs)
        found["lists"].update({one.code: one for one in part.lists})
        found["names"].update(part.names)
        found["histories"].update({one.kind: one for one in part.histories})
    app.extensions.update(
        parts=list(parts),
        subscribers=subscribers,
        limits={one.code: one for part in parts for one in part.limits},
        acts={name: act for part in parts for name, act in part.acts.items()},
        slots=slots,
        tasks=found["tasks"],
        task_titles=found["task_titles"],
        scopes=found["scopes"],
        proofs=found["proofs"],
        lists=found["lists"],
        names=found["names"],
        histories=found["histories"],
        waiting=[part.waiting for part in (*GROUND, *parts) if part.waiting],
        schedule=[
            tidying.SCHEDULE,
            audit_chain.SCHEDULE,
            proof_of_the_day.SCHEDULE,
            *(plan for part in (*GROUND, *parts) for plan in part.schedule),
        ],
        permissions=[one for part in (*GROUND, *parts) for one in part.permissions],
        outgoing=frozenset(kind for part in parts for kind in part.outgoing),
        menu=sorted(
            (item for part in (*GROUND, *parts) for item in part.menu),
            key=lambda item: (list(pages.AREAS).index(item.area), item.order),
        ),
    )


def _catalogues(parts: Sequence[Module]) -> list[Path]:
    folders = [Path(__file__).parent / "translations"]
    for part in parts:
        if part.blueprint:
            folders.append(Path(part.blueprint.root_path) / "translations")
        else:
            folders += [ROOT / floor / part.name / "translations" for floor in FLOORS]
    return folders


def _refuse_unstorable() -> Response | None:
    # NUL can stand in no column; it is refused once, here, for addresses and their questions.
    texts = [request.path, *request.args.keys(), *request.args.values()]
    if not all(is_plain(text) for text in texts):
        abort(400)
    return None
