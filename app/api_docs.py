"""The OpenAPI document and a page of our own that a person can read."""

from typing import Any

from apiflask import APIFlask
from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from app.access import declared, public
from app.bodies import BASE
from app.failures import codes_of_conflict

blueprint = Blueprint("api_docs", __name__)

_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "The stable word for programs."},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {"type": "string"},
                    "code": {"type": "string"},
                    "message": {"type": "string"},
                    "have": {"type": "integer"},
                    "needed": {"type": "integer"},
                },
            },
        },
    },
}
_SUCCESSES = {
    200: "It is so.",
    201: "It was made.",
    202: "It was taken on and is being done; ask again after `Retry-After` seconds.",
}
_FAILURES = {
    "400": "The request is not understood.",
    "401": "There is no valid token.",
    "403": "The token lacks the scope.",
    "404": "It is not there, or not for this caller.",
    "409": "A rule says no; `code` names it.",
    "412": "The version in If-Match is not the present one.",
    "413": "The body is too large.",
    "415": "The body is not of the type that is needed.",
    "422": "The shape is wrong; `errors` point at what.",
    "428": "If-Match is missing.",
    "429": "Too many requests; see Retry-After.",
}


@blueprint.get(f"{BASE}/docs")
@public
def page() -> ResponseReturnValue:
    assert isinstance(current_app, APIFlask) or hasattr(current_app, "spec")
    return render_template("api_docs.html", spec=current_app.spec)


def describe(app: APIFlask) -> None:
    """Complete the generated document: tokens, scopes, failures, repeat-safe writes."""
    app.view_functions["openapi.spec"] = public(app.view_functions["openapi.spec"])

    @app.spec_processor
    def _complete(spec: dict[Any, Any] | str) -> dict[Any, Any] | str:
        assert isinstance(spec, dict)
        parts = spec.setdefault("components", {})
        parts.setdefault("securitySchemes", {})["token"] = {"type": "http", "scheme": "bearer"}
        schemas = parts.setdefault("schemas", {})
        schemas["Problem"] = _PROBLEM
        refusals = {"properties": {"code": {"type": "string", "enum": codes_of_conflict()}}}
        schemas["Refusal"] = {"allOf": [{"$ref": "#/components/schemas/Problem"}, refusals]}
        endpoints = _endpoints(app)
        for path, operations in spec.get("paths", {}).items():
            for method, operation in operations.items():
                if isinstance(operation, dict):
                    _complete_operation(app, operation, method, endpoints.get((path, method)))
        return spec


def _complete_operation(
    app: APIFlask, operation: dict[str, Any], method: str, endpoint: str | None
) -> None:
    access = declared(app, endpoint) if endpoint else None
    if access and access.kind in ("scope", "token"):
        operation["security"] = [{"token": []}]
        words = f"Scope: `{access.needed}`." if access.needed else "Scope: any valid token."
        operation["description"] = f"{operation.get('description', '')}\n\n{words}".strip()
    answers = operation.setdefault("responses", {})
    statuses = getattr(app.view_functions[endpoint], "statuses", ()) if endpoint else ()
    if statuses:
        # One shape for all of them: which one it is says how far the work has come.
        told = [answers.pop(status) for status in list(answers) if status.startswith("2")]
        for status in statuses:
            answers[str(status)] = {**told[0], "description": _SUCCESSES[status]}
    if method == "get":
        answers["304"] = {"description": "What If-None-Match names is still what there is."}
    for status, meaning in _FAILURES.items():
        schema = "Refusal" if status == "409" else "Problem"
        answers[status] = {
            "description": meaning,
            "content": {
                "application/problem+json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}
            },
        }
    if method in ("patch", "put"):
        operation.setdefault("parameters", []).append(
            {
                "name": "If-Match",
                "in": "header",
                "required": True,
                "schema": {"type": "string"},
                "description": "The version that you have read: the ETag of the GET.",
            }
        )
    view = app.view_functions[endpoint] if endpoint else None
    if method == "post" and not getattr(view, "keyless", False):
        operation.setdefault("parameters", []).append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "schema": {"type": "string", "minLength": 1, "maxLength": 255},
                "description": "The same key and body give the first answer again (30 days).",
            }
        )


def _endpoints(app: APIFlask) -> dict[tuple[str, str], str]:
    """Return which endpoint serves a path of the document with a method."""
    found = {}
    for rule in app.url_map.iter_rules():
        path = rule.rule
        for argument in rule.arguments:
            for form in (f"<{argument}>", f"<string:{argument}>", f"<int:{argument}>"):
                path = path.replace(form, f"{{{argument}}}")
        for method in rule.methods or ():
            found[path, method.lower()] = rule.endpoint
    return found
