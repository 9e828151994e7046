"""One JSON line for each event, with the request it belongs to."""

import json
import logging
import re
import sys
import time
import uuid
from typing import Any

from flask import Flask, Response, g, has_app_context, has_request_context, request

from app import clock, metrics

_SANE = re.compile(r"[A-Za-z0-9_.-]{8,64}")
log = logging.getLogger("verso.request")
door = logging.getLogger("verso.door")
_SIGNS = ("ground.healthz", "ground.readyz", "monitoring.show")
_REFUSED = (403, 409, 412, 422, 429)


class JsonLines(logging.Formatter):
    """Format a record as one line; line ends inside a text cannot forge another line."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": clock.now().isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "name": record.name,
            "message": record.getMessage(),
        }
        if has_app_context():
            # Who acts stands there by his number: a log is read by people who need no names.
            known = {"request_id": g.get("request_id"), "job_id": g.get("job_id")}
            known["actor"] = g.actor.tag if "actor" in g else None
            line.update({name: value for name, value in known.items() if value is not None})
        line.update(getattr(record, "facts", {}))
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=True, default=str)


def tell_of_door(what: str, **facts: Any) -> None:
    """Log what happened at a door of the house, and from where; a line is forged by nobody."""
    if has_request_context():
        facts |= {"ip": request.remote_addr, "agent": request.user_agent.string[:200]}
    door.info(what, extra={"facts": facts})


def set_up() -> None:
    """Send all logs of this process to stderr as JSON lines."""
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers = [stream]
    root.setLevel(logging.INFO)
    for noisy in ("waitress.queue", "celery", "PIL", "httpx"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # It says at each start that the broker inside the worker has no host name.
    logging.getLogger("kombu.connection").setLevel(logging.ERROR)


def _count(response: Response, seconds: float) -> None:
    endpoint, status = request.endpoint or "none", response.status_code
    if endpoint == "ground.static_file":
        route = "file"
    elif request.path.startswith("/api/"):
        route = "api"
    else:
        route = "sign" if endpoint in _SIGNS else "page"
    metrics.count_request(request.method, endpoint, route, status, seconds)
    if endpoint == "ground.enter" and status >= 400:
        metrics.DOOR.add()
    if response.mimetype == "application/problem+json" and status in _REFUSED:
        metrics.REFUSALS.add(str((response.get_json(silent=True) or {}).get("code", "unknown")))


def init_app(app: Flask) -> None:
    @app.before_request
    def _begin() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if _SANE.fullmatch(given) else uuid.uuid4().hex
        g.began = time.perf_counter()

    @app.after_request
    def _end(response: Response) -> Response:
        seconds = time.perf_counter() - g.get("began", time.perf_counter())
        response.headers["X-Request-Id"] = g.get("request_id", "")
        _count(response, seconds)
        if request.endpoint != "ground.static_file":
            facts = {
                "method": request.method,
                "path": request.path[:200],
                "status": response.status_code,
                "ms": round(seconds * 1000, 1),
            }
            log.info("request", extra={"facts": facts})
        return response
