"""What nobody expected: a visitor sees a number, and the log has the rest."""

import json
import re

import pytest
from app_server import serve
from playwright.sync_api import expect

TOLD = re.compile(r"Something went wrong \(error (\w{8})\)\.")
BROKEN = """
import numpy

def fail(*arguments):
    raise RuntimeError("a secret path")

numpy.random.default_rng = fail  # the app picks digits by chance
"""


@pytest.mark.parametrize(
    ("path", "button"), [("", "Surprise me"), ("about", None)], ids=["callback", "fragment"]
)
def test_an_error_that_nobody_expected_is_shown_as_a_number(tmp_path, browse, capfd, path, button):
    (tmp_path / "sitecustomize.py").write_text(BROKEN)
    with serve(tmp_path, PYTHONPATH=str(tmp_path)) as server:
        page = browse(f"{server.url}/{path}")
        if button:
            page.get_by_role("button", name=button).click()
        message = page.get_by_text(TOLD)
        expect(message).to_be_visible()
        number = TOLD.search(message.inner_text()).group(1)
        expect(page.get_by_text("secret path")).to_have_count(0)
        expect(page.get_by_text("Traceback")).to_have_count(0)
        expect(page.get_by_role("link", name="Draw", exact=True).first).to_be_visible()
    lines = [line for line in capfd.readouterr().err.splitlines() if number in line]
    event = json.loads(lines[0])
    assert event["kind"] == "RuntimeError"
    assert "a secret path" in event["traceback"]
