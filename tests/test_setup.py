"""The set-up script, run as a person runs it, with pip and the programs it starts replaced.

The fakes write down how they were called, so that a run takes a moment and needs no network.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
import venv
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow  # each starts processes

ROOT = Path(__file__).parents[1]
APP = "streamlit run app.py --server.address localhost"
FAKE_MODULE = """\
import os, pathlib, sys, time
with pathlib.Path("calls.txt").open("a") as calls:
    print({name!r}, *sys.argv[1:], file=calls)
if {name!r} == os.environ.get("FAKE"):
    print(os.environ.get("FAKE_SAYS", ""))
    time.sleep(float(os.environ.get("FAKE_SECONDS", 0)))
    sys.exit(int(os.environ.get("FAKE_STATUS", 0)))
"""


class Checkout:
    """A copy of what set-up needs, on a machine where all that it calls is fake."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.script = root / "scripts" / "setup.py"
        self.script.parent.mkdir()
        shutil.copy(ROOT / "scripts" / "setup.py", self.script)
        shutil.copy(ROOT / "Makefile", root)
        (root / "requirements.txt").write_text("streamlit\n")
        (root / "requirements-dev.txt").write_text("-r requirements.txt\npytest\n")
        self.fakes = root / "fakes"
        for name in ["ensurepip", "pip", "streamlit", "pytest", "ruff", "mypy"]:
            (self.fakes / name).mkdir(parents=True)
            (self.fakes / name / "__init__.py").touch()
            (self.fakes / name / "__main__.py").write_text(FAKE_MODULE.format(name=name))

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run the script, and forget what was called before."""
        return self.run_command([sys.executable, self.script, *arguments], **variables)

    def run_command(
        self, command: list[str | Path], **variables: str
    ) -> subprocess.CompletedProcess[str]:
        (self.root / "calls.txt").unlink(missing_ok=True)
        return subprocess.run(
            command,
            cwd=self.root,
            env=self.environment | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )

    @property
    def environment(self) -> dict[str, str]:
        # `make test PYTHON=...` hands its choices on to every make below it
        of_make = {"MAKEFLAGS", "MFLAGS", "MAKEOVERRIDES", "PYTHON", "PORT", "ARGS"}
        inherited = {name: value for name, value in os.environ.items() if name not in of_make}
        return inherited | {"PYTHONPATH": str(self.fakes)}

    @property
    def called(self) -> list[str]:
        """The fake modules that the last run called, in order."""
        return [call.split()[0] for call in self.calls]

    @property
    def calls(self) -> list[str]:
        calls = self.root / "calls.txt"
        return calls.read_text().splitlines() if calls.exists() else []


@pytest.fixture
def checkout(tmp_path):
    return Checkout(tmp_path)


def run_after(statement: str) -> subprocess.CompletedProcess[str]:
    """Run the script's check in a Python that the statement has changed."""
    script = str(ROOT / "scripts" / "setup.py")
    code = f"import runpy, sys; {statement}; sys.argv = ['setup.py', 'check']; "
    code += f"runpy.run_path({script!r}, run_name='__main__')"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


@pytest.mark.parametrize("version", [(3, 8), (3, 10), (3, 14), (4, 0)])
def test_another_python_is_refused_with_what_to_install(version):
    answer = run_after(f"sys.version_info = {version}; sys.version = '{version[0]}.{version[1]}.1'")
    assert answer.returncode == 1
    assert "needs Python 3.11, 3.12 or 3.13" in answer.stderr
    assert f"Found: Python {version[0]}.{version[1]}.1 (" in answer.stderr
    for line in ["sudo apt install python3.13-venv", "brew install", "winget install"]:
        assert line in answer.stderr


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_is_refused_with_its_package(module):
    answer = run_after(f"sys.modules[{module!r}] = None")
    assert answer.returncode == 1
    assert f"without {module}" in answer.stderr
    version = "{}.{}".format(*sys.version_info)
    assert f"sudo apt install python{version}-venv\n" in answer.stderr


def test_the_present_python_is_accepted_in_silence():
    answer = run_after("pass")
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")


def test_the_script_and_the_project_want_the_same_pythons():
    script = (ROOT / "scripts" / "setup.py").read_text()
    [(oldest, newest)] = re.findall(r"OLDEST, NEWEST = \(3, (\d+)\), \(3, (\d+)\)", script)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == f">=3.{oldest},<3.{int(newest) + 1}"


def test_the_first_run_says_what_it_downloads_and_the_second_starts_at_once(checkout):
    first = checkout.run("app")
    assert re.search(r"requirements.txt .* 610 MB to download.* few minutes", first.stdout, re.S)
    assert checkout.called == ["ensurepip", "pip", "streamlit"]
    second = checkout.run("app")
    assert checkout.called == ["streamlit"]
    assert "download" not in second.stdout


def test_the_tests_need_more_than_the_app(checkout):
    checkout.run("app")
    checkout.run("test")
    assert checkout.called == ["pip", "pytest"]
    checkout.run("app")
    assert checkout.called == ["streamlit"]


def test_changed_requirements_are_installed(checkout):
    checkout.run("test")
    (checkout.root / "requirements.txt").write_text("streamlit\nnumpy\n")
    checkout.run("test")
    assert checkout.called == ["pip", "pytest"]


def test_a_failed_installation_shows_what_pip_said_and_what_to_do(checkout):
    answer = checkout.run(
        "app", FAKE="pip", FAKE_STATUS="1", FAKE_SAYS="ERROR: No space left on device"
    )
    assert answer.returncode == 1
    assert "ERROR: No space left on device" in answer.stdout
    assert "The disk is full." in answer.stdout
    assert "streamlit" not in checkout.called


def test_without_a_network_the_hint_is_the_network(checkout):
    said = "Failed to establish a new connection\nERROR: No matching distribution found for numpy"
    answer = checkout.run("app", FAKE="pip", FAKE_STATUS="1", FAKE_SAYS=said)
    assert "Check the network" in answer.stdout
    assert "does not exist for" not in answer.stdout


def test_a_failed_update_is_finished_even_when_the_change_is_taken_back(checkout):
    requirements = checkout.root / "requirements.txt"
    before = requirements.read_text()
    checkout.run("app")
    requirements.write_text("streamlit<1\n")
    checkout.run("app", FAKE="pip", FAKE_STATUS="1")
    requirements.write_text(before)
    checkout.run("app")
    assert checkout.called == ["pip", "streamlit"]


@pytest.mark.skipif(os.name == "nt", reason="sends the signal that Ctrl-C sends elsewhere")
@pytest.mark.parametrize("interrupted", ["ensurepip", "pip"])
def test_what_was_interrupted_ends_in_a_sentence_and_is_finished_next_time(checkout, interrupted):
    process = subprocess.Popen(
        [sys.executable, checkout.script, "app"],
        cwd=checkout.root,
        env=checkout.environment | {"FAKE": interrupted, "FAKE_SECONDS": "60"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    while interrupted not in checkout.called:
        assert process.poll() is None
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    assert "The same command goes on from here." in output
    assert "Traceback" not in output
    checkout.run("app")
    made = ["ensurepip"] if interrupted == "ensurepip" else []
    assert checkout.called == [*made, "pip", "streamlit"]


@pytest.mark.skipif(os.name == "nt", reason="the fake is a shell script")
@pytest.mark.parametrize("python", ["exit 1", "echo 3.9", None])
def test_an_environment_of_another_python_is_made_anew(checkout, python):
    checkout.run("app")
    venv_python = checkout.root / ".venv" / "bin" / "python"
    venv_python.unlink()
    if python:
        venv_python.write_text(f"#!/bin/sh\n{python}\n")
        venv_python.chmod(0o755)
    answer = checkout.run("app")
    assert "making it anew" in answer.stdout
    assert checkout.called == ["ensurepip", "pip", "streamlit"]


def test_an_environment_made_by_hand_is_kept(checkout):
    venv.create(checkout.root / ".venv", symlinks=os.name != "nt")
    checkout.run("app")
    assert checkout.called == ["pip", "streamlit"]


def test_a_taken_port_is_named_and_the_next_one_used(checkout):
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        answer = checkout.run("app", "--port", str(taken))
    [(named, used)] = re.findall(r"Port (\d+) is taken: using (\d+)\.", answer.stdout)
    assert int(named) == taken
    assert int(used) > taken
    assert checkout.calls[-1] == f"{APP} --server.port {used}"


def test_a_free_port_is_used_without_a_word(checkout):
    with socket.create_server(("127.0.0.1", 0)) as server:
        free = server.getsockname()[1]
    answer = checkout.run("app", "--port", str(free))
    assert checkout.calls[-1] == f"{APP} --server.port {free}"
    assert "taken" not in answer.stdout


def test_a_port_that_cannot_be_is_refused(checkout):
    answer = checkout.run("app", "--port", "70000")
    assert answer.returncode == 2
    assert "Expected a port from 1 to 65535. Received: 70000" in answer.stdout


def test_further_arguments_reach_the_program(checkout):
    checkout.run("test", "-k", "canvas")
    assert checkout.calls[-1].startswith("pytest ")
    assert checkout.calls[-1].endswith(" -k canvas")


def test_the_quick_tests_are_every_test_but_those_that_their_marks_tell(checkout):
    checkout.run("test")
    every = checkout.calls[-1]
    checkout.run("test-fast", "-x")
    assert checkout.calls[-1] == f"{every} -m not slow and not tensorflow and not e2e -x"


@pytest.mark.parametrize(("failing", "status"), [("ruff", 1), ("mypy", 2), ("none", 0)])
def test_lint_runs_every_check_and_fails_if_one_does(checkout, failing, status):
    answer = checkout.run("lint", FAKE=failing, FAKE_STATUS=str(status))
    assert answer.returncode == status
    assert checkout.calls[-3:] == ["ruff format --check", "ruff check", "mypy"]


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")
class TestMake:
    """Which Python make takes: shown, not run."""

    @pytest.fixture
    def make(self, checkout):
        shims = checkout.root / "shims"
        shims.mkdir()

        def make(fitting, *arguments):
            for name in ["python3.13", "python3.12", "python3.11", "python3", "python"]:
                runs = name in fitting
                body = f'exec {sys.executable} "$@"' if runs else "echo not found >&2; exit 127"
                (shims / name).write_text(f"#!/bin/sh\n{body}\n")
                (shims / name).chmod(0o755)
            path = f"{shims}{os.pathsep}{os.environ['PATH']}"
            command = ["make", "--no-print-directory", "-n", "test", *arguments]
            return checkout.run_command(command, PATH=path).stdout.strip()

        return make

    def test_takes_the_newest(self, make):
        assert make({"python3.12", "python3"}) == "python3.12 scripts/setup.py test"

    def test_passes_over_what_is_there_but_does_not_run(self, make):
        assert make({"python"}) == "python scripts/setup.py test"

    def test_takes_the_one_that_is_asked_for(self, make):
        answer = make({"python3.12", "python3.11"}, "PYTHON=python3.11", "ARGS=-k canvas")
        assert answer == "python3.11 scripts/setup.py test -k canvas"

    def test_says_what_to_install_where_none_runs(self, make):
        assert "No Python found. Install 3.11, 3.12 or 3.13" in make({})
