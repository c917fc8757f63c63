"""Settings: what they may be, what they are otherwise, and what is said of a wrong one."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ui.base.password import Password
from ui.base.settings import SECRET, SettingsError, expected, settings, variable
from ui.base.settings_docs import PAGE, page
from ui.base.settings_fields import Settings

ROOT = Path(__file__).parents[1]
ALIEN = {"home": "pyproject.toml", "owner_email": "nobody", "owner_password": "secret123"}


def test_everything_has_a_default_that_it_may_have(monkeypatch):
    monkeypatch.delenv("INKLING_HOME")
    assert settings() == Settings.model_construct()
    for name in Settings.model_fields.keys() - SECRET:
        monkeypatch.setenv(variable(name), str(getattr(settings(), name)))
    assert settings() == Settings.model_construct()


def test_the_environment_sets_them_and_a_change_is_noticed(monkeypatch):
    assert settings().visitor_minutes == 15
    monkeypatch.setenv("INKLING_VISITOR_MINUTES", "30")
    assert settings().visitor_minutes == 30
    monkeypatch.setenv("INKLING_VISITOR_MINUTES", "")
    assert settings().visitor_minutes == 15


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_wrong_value_is_told_with_what_was_expected(monkeypatch, name):
    value = ALIEN.get(name, "perhaps")
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv(variable(name), value)
    with pytest.raises(SettingsError) as told:
        settings()
    assert str(told.value).startswith(f"INKLING_{name.upper()}: expected {expected(name)}.")
    assert (value in str(told.value)) == (name not in SECRET)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("visitor_runs", "-1"),
        ("visitor_runs", "1.5"),
        ("visitor_minutes", "0"),
        ("csv_megabytes", "151"),
        ("all_megabytes", "9" * 50),
        ("log_level", "INFO; rm -rf /"),
        pytest.param(
            "owner_password", str(Password.of("long enough"))[:-1], id="cut-off"
        ),  # salted
    ],
)
def test_what_is_out_of_bounds_is_refused(monkeypatch, name, value):
    monkeypatch.setenv(variable(name), value)
    with pytest.raises(SettingsError, match=variable(name)):
        settings()


def test_all_wrong_values_are_told_at_once(monkeypatch):
    monkeypatch.setenv("INKLING_VISITOR_RUNS", "many")
    monkeypatch.setenv("INKLING_LOG_FORMAT", "xml")
    with pytest.raises(SettingsError, match=r"(?s)VISITOR_RUNS.*LOG_FORMAT"):
        settings()


def test_no_secret_is_shown(monkeypatch):
    monkeypatch.setenv("INKLING_OWNER_PASSWORD", str(Password.of("open sesame")))
    assert "scrypt" not in f"{settings()!r}{settings().model_dump_json()}"


@pytest.mark.slow
def test_a_wrong_setting_stops_the_start():
    server = start(INKLING_VISITOR_RUNS="many")
    assert server.returncode == 1
    assert "INKLING_VISITOR_RUNS: expected a whole number from 0 to 1000. Received: many" in (
        server.stderr
    )
    assert "Traceback" not in server.stderr


@pytest.mark.slow
def test_a_wrong_setting_in_the_secrets_stops_the_start(tmp_path):
    secrets = tmp_path / "secrets.toml"
    secrets.write_text('INKLING_OWNER_PASSWORD = "geheim"\n')
    server = start(f"--secrets.files={secrets}")
    assert server.returncode == 1
    assert "INKLING_OWNER_PASSWORD: expected a line written by" in server.stderr
    assert "geheim" not in server.stderr


def start(*options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Start the app, and wait until it has ended by itself."""
    return subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true"]
        + ["--server.address=127.0.0.1", "--server.port=0", *options],
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_visitor_is_not_told_which_setting_is_wrong(monkeypatch):
    monkeypatch.setenv("INKLING_VISITOR_RUNS", "many")
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    assert not app.exception
    assert "misconfigured" in app.error[0].value
    assert "many" not in app.error[0].value
    assert not app.title


def test_the_documented_table_is_what_holds():
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_variable_that_the_library_reads_is_documented():
    sources = [path.read_text("utf-8") for path in (ROOT / "mnist_core").rglob("*.py")]
    read = re.findall(r'(?:environ\.get|environ\[|named_file)\(?"([A-Z_]+)"', "".join(sources))
    assert {"MNIST_NPZ", "FONT_FILES"} <= {*read}
    assert not {name for name in read if f"`{name}`" not in page()} - {"INKLING_SPACE"}


def test_no_setting_promises_a_larger_file_than_streamlit_takes(monkeypatch):
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    most = config["server"]["maxUploadSize"]
    for name in ("csv_megabytes", "picture_megabytes"):
        monkeypatch.setenv(variable(name), str(most + 1))
        with pytest.raises(SettingsError):
            settings()
        monkeypatch.delenv(variable(name))
