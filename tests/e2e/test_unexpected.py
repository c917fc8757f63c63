"""What nobody expected: a visitor sees a number, and the log has the rest."""

import json
import re

from app_server import serve
from playwright.sync_api import expect

TOLD = re.compile(r"Something went wrong \(error (\w{8})\)\.")
BROKEN = """
import numpy

def fail(*arguments):
    raise RuntimeError("a secret path")

numpy.random.default_rng = fail  # the app picks digits by chance
"""


def test_an_error_that_nobody_expected_is_shown_as_a_number(tmp_path, browse, capfd):
    """In a callback, and in a fragment."""
    (tmp_path / "sitecustomize.py").write_text(BROKEN)
    numbers = []
    with serve(tmp_path, PYTHONPATH=str(tmp_path)) as server:
        for path, button in (("", "Surprise me"), ("about", None)):
            page = browse(f"{server.url}/{path}")
            if button:
                page.get_by_role("button", name=button).click()
            message = page.get_by_text(TOLD)
            expect(message).to_be_visible()
            numbers.append(TOLD.search(message.inner_text()).group(1))
            expect(page.get_by_text("secret path")).to_have_count(0)
            expect(page.get_by_text("Traceback")).to_have_count(0)
            expect(page.get_by_role("link", name="Draw", exact=True).first).to_be_visible()
    lines = capfd.readouterr().err.splitlines()
    for number in numbers:
        event = json.loads(next(line for line in lines if number in line))
        assert event["kind"] == "RuntimeError"
        assert "a secret path" in event["traceback"]
