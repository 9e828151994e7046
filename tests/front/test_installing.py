"""Verso as an app of its own: the manifest and its icons."""

from io import BytesIO

import pytest
from flask.testing import FlaskClient
from PIL import Image

pytestmark = pytest.mark.once


def test_the_manifest_names_icons_that_are_there_and_as_large_as_it_says(
    client: FlaskClient,
) -> None:
    answer = client.get("/manifest.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    told = answer.get_json(force=True)
    assert (told["start_url"], told["display"]) == ("/", "standalone")
    assert {one["purpose"] for one in told["icons"]} == {"any", "maskable"}
    for one in told["icons"]:
        with client.get(one["src"]) as sent:
            image = Image.open(BytesIO(sent.data))
        assert "x".join(map(str, image.size)) == one["sizes"]


def test_the_door_leads_to_the_manifest(client: FlaskClient) -> None:
    text = client.get("/sign-in").get_data(as_text=True)
    assert '<link rel="manifest" href="/manifest.webmanifest">' in text
    assert "icons/touch-180.png" in text
