"""Addresses come from memory, and are the same as built."""

import pytest
from flask import Flask, url_for
from werkzeug.routing import BuildError


@pytest.mark.parametrize("script", ["", "/shop"])
def test_an_address_is_the_same_when_it_is_asked_again(app: Flask, script: str) -> None:
    for _time in range(2):
        with app.test_request_context("/", environ_overrides={"SCRIPT_NAME": script}):
            assert url_for("customers.index") == f"{script}/customers/"
            assert url_for("customers.show", customer_id=1) == f"{script}/customers/1"
            assert url_for("customers.show", customer_id="2") == f"{script}/customers/2"
            assert url_for("customers.index", q="ł&", n=1) == f"{script}/customers/?q=%C5%82%26&n=1"
            assert url_for("customers.index", q=["a", "b"]).endswith("?q=a&q=b")
            assert url_for("customers.index", q=None) == f"{script}/customers/"
            assert url_for("customers.index", _anchor="x") == f"{script}/customers/#x"
            assert url_for("customers.index", _external=True).startswith("http://")
            assert url_for("customers.index").startswith(f"{script}/customers")
            with pytest.raises(BuildError):
                url_for("customers.nothing")


def test_memory_has_an_end(app: Flask) -> None:
    with app.test_request_context("/"):
        for number in range(10_050):
            url_for("customers.show", customer_id=number)
        assert url_for("customers.show", customer_id=7) == "/customers/7"
    assert len(app._addresses) <= 10_000  # type: ignore[attr-defined]
