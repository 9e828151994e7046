"""What /metrics tells, to whom, and that dashboard and alerts ask only for what it tells."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import clock, outbox
from app.db import transact
from tests.live import ROOT

FOLDER = ROOT / "docs" / "operating"
_NAME = re.compile(r"\bverso_[a-z_]+")
_ENDS = ("_bucket", "_sum", "_count")


def _told(client: FlaskClient, **headers: str) -> str:
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == 200
    return answer.text


def _families(text: str) -> dict[str, str]:
    return dict(re.findall(r"^# TYPE (\w+) (\w+)$", text, re.M))


def test_every_line_is_one_that_prometheus_reads(client: FlaskClient) -> None:
    client.get("/sign-in")
    text = _told(client)

    kinds = _families(text)
    row = re.compile(r'(\w+)(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [-+0-9.eInf]+')
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        found = row.fullmatch(line)
        assert found, line
        name = found[1]
        family = name if name in kinds else re.sub(r"_(bucket|sum|count)$", "", name)
        assert family in kinds, line
    assert re.search(r'verso_requests_total\{method="GET",endpoint="ground.sign_in",', text)
    assert re.search(r'verso_request_seconds_bucket\{route="page",status="2xx",le="\+Inf"\}', text)


@pytest.mark.usefixtures("app")
def test_a_waiting_job_and_a_refused_sign_in_are_seen(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions["tasks"], "a test", lambda _running: None)
    before = _figure(_told(client), "verso_sign_in_failures_total")
    client.post("/sign-in", data={"email": "nobody@example.test", "password": "wrong wrong"})
    transact(lambda: outbox.enqueue("a test", run_at=clock.now() - timedelta(minutes=5)))

    text = _told(client)

    assert _figure(text, "verso_sign_in_failures_total") == before + 1
    assert _figure(text, 'verso_jobs{state="ready"}') >= 1
    assert _figure(text, "verso_outbox_lag_seconds") >= 300
    assert _figure(text, "verso_backup_age_seconds") > 86_400


def test_a_refusal_of_the_api_is_counted_by_its_code(api: FlaskClient) -> None:
    api.post("/api/v1/orders", json={"channel": "nowhere", "lines": []})

    text = _told(api)

    assert re.search(r'verso_refusals_total\{code="\w+"\} \d', text)


def _figure(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.M)
    assert found, name
    return float(found[1])


def test_without_a_token_only_this_machine_may_ask(client: FlaskClient) -> None:
    far = client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"})

    assert far.status_code == 404
    assert client.get("/metrics").status_code == 200


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "X-Forwarded-Host", "Forwarded", "X-Real-IP", "Via"]
)
def test_what_a_proxy_on_this_machine_passes_on_is_not_from_here(
    client: FlaskClient, header: str
) -> None:
    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 404


def test_in_production_only_a_token_opens_it(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "PROFILE", "production")

    assert client.get("/metrics").status_code == 404
    monkeypatch.setitem(app.config, "METRICS_TOKEN", "a token for the scraper")
    right = {"Authorization": "Bearer a token for the scraper", "X-Forwarded-For": "192.0.2.7"}
    assert client.get("/metrics", headers=right).status_code == 200


def test_with_a_token_everybody_shows_it(
    client: FlaskClient, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "METRICS_TOKEN", "a token for the scraper")

    assert client.get("/metrics").status_code == 404
    wrong = {"Authorization": "Bearer another"}
    assert client.get("/metrics", headers=wrong).status_code == 404
    right = {"Authorization": "Bearer a token for the scraper"}
    far = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/metrics", headers=right, environ_base=far).status_code == 200


@pytest.mark.parametrize("file", ["grafana-dashboard.json", "alerts.yml"])
def test_dashboard_and_alerts_ask_only_for_what_is_told(
    client: FlaskClient, client_as: Callable[..., FlaskClient], file: str
) -> None:
    client.get("/sign-in")
    client_as("administrator").get("/jobs")
    known = set(_families(_told(client)))

    asked = set(_NAME.findall((FOLDER / file).read_text("utf-8")))

    assert asked, f"{file} asks for nothing"
    unknown = {
        name
        for name in asked
        if name not in known and re.sub(rf"({'|'.join(_ENDS)})$", "", name) not in known
    }
    assert unknown == set()


def test_the_dashboard_is_one_that_grafana_reads() -> None:
    board: dict[str, Any] = json.loads((FOLDER / "grafana-dashboard.json").read_text("utf-8"))

    assert board["title"] == "Verso"
    panels = board["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    for panel in panels:
        assert panel["title"]
        assert panel["targets"]
        assert set(panel["gridPos"]) == {"h", "w", "x", "y"}


def test_each_alert_says_what_to_do() -> None:
    text = Path(FOLDER / "alerts.yml").read_text("utf-8")

    rules = re.split(r"^ {6}- alert: ", text, flags=re.M)[1:]
    assert len(rules) >= 8
    for rule in rules:
        name = rule.split("\n")[0]
        for needed in ("expr:", "for:", "severity:", "summary:", "description:"):
            assert needed in rule, f"{name} lacks {needed}"
