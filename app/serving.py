"""The three processes of a running shop, and the start that comes before them."""

import signal
import sys
import warnings
from functools import partial
from types import FrameType

import click
from celery.platforms import SecurityWarning
from flask import Flask
from waitress import create_server

from app import demo, doctor, first_run, logs, schedule, schema, tasks
from app.db import close_session, transact
from app.front_door import Channel
from app.supervisor import Supervisor

THREADS = 16
# More than any number of browsers and silent strangers, fewer than the files a process may open.
CONNECTIONS = 800


class _Stop(SystemExit):
    """Raised in the main thread by a signal: waitress then finishes what it has begun."""


def _stop_on_signals() -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise _Stop(0)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def serve(app: Flask) -> int:
    """Prepare the database (at the first start the demo too), then keep the processes alive."""
    first_start = not schema.stands()
    schema.upgrade()
    schema.install()
    if first_start and app.config["PROFILE"] == "demo":
        click.echo("Building the demo shop; this happens once and takes up to a minute.")
        demo.load(say=click.echo)
    doctor.refuse_unsafe_contents(app)
    _announce(app)
    sys.stdout.flush()
    close_session()
    app.extensions["database"].engine.dispose()  # no two processes share a connection
    works = {"web": web, "worker": worker, "scheduler": scheduler}
    return Supervisor({name: partial(work, app) for name, work in works.items()}).run()


def _announce(app: Flask) -> None:
    click.echo(f"Verso is at {app.config['BASE_URL']}")
    for line in demo.sign_in_lines():
        click.echo(line)
    if app.config["PROFILE"] == "production" and first_run.is_open():
        click.echo("Nobody can sign in yet. The first administrator comes in here, within a day:")
        click.echo(f"  {transact(first_run.make_address)}")


def web(app: Flask) -> int:
    """Answer requests until told to stop; what has begun is finished."""
    doctor.refuse_unsafe_contents(app)
    close_session()
    logs.set_up()
    _stop_on_signals()
    server = create_server(
        app,
        host=app.config["HOST"],
        port=app.config["PORT"],
        threads=THREADS,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,
        channel_timeout=60,
        max_request_body_size=app.config["MAX_CONTENT_LENGTH"] + 1_000_000,
        clear_untrusted_proxy_headers=not app.config["PROXY_HOPS"],
        ident=None,
    )
    server.channel_class = Channel
    try:
        server.run()
    except _Stop:
        server.task_dispatcher.shutdown(cancel_pending=False, timeout=15)
    finally:
        server.close()
    return 0


def worker(app: Flask) -> int:
    """Drain the job table until told to stop."""
    doctor.refuse_unsafe_contents(app)
    close_session()
    logs.set_up()
    # As root (a container) Celery warns of pickled messages: ours are JSON, and come from nobody.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    celery = tasks.make_celery(app)
    crew = celery.Worker(
        pool="threads",
        concurrency=tasks.SLOTS,
        without_heartbeat=True,
        without_gossip=True,
        without_mingle=True,
        quiet=True,
    )
    crew.set_process_status = lambda _info: None  # the process is called "verso worker" already
    crew.start()
    return 0


def scheduler(app: Flask) -> int:
    """Ring for what is due until told to stop."""
    doctor.refuse_unsafe_contents(app)
    close_session()
    logs.set_up()
    stopped: list[bool] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopped.append(True))
    schedule.keep_ringing(app, lambda: bool(stopped))
    return 0
