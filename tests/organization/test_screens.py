"""The settings, as people use them."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.db import session
from app.models import ApiToken
from modules.organization import queries
from tests.organization.cast import let_in, open_location, open_store

PAGES = [
    "/organization/",
    "/organization/stores",
    "/organization/stores/new",
    "/organization/stores/MAIN",
    "/organization/stores/MAIN/locations/new",
    "/organization/locations/MAIN",
    "/organization/channels",
    "/organization/channels/new",
    "/organization/channels/web",
    "/organization/methods",
    "/organization/shipping-methods/courier",
    "/organization/payment-methods/cod",
    "/organization/taxes",
    "/organization/taxes/standard",
    "/organization/staff",
    "/organization/staff/new",
    "/organization/tokens",
    "/organization/tokens/new",
]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "pl"])
def test_every_page_of_the_settings_opens(
    client_as: Callable[..., FlaskClient], path: str, language: str
) -> None:
    client = client_as("administrator")
    client.set_cookie("language", language)
    assert client.get(path).status_code == 200
