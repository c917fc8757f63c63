"""The server and the browser that tests, benchmarks and checks share, where they fail."""

import re
import signal

import pytest

from devtools import browser
from devtools.server import LOOPBACK, ROOT, Server, ServerError


@pytest.mark.slow
def test_a_server_that_ends_at_once_says_what_it_wrote(tmp_path):
    server = Server(tmp_path / "missing.py", log=tmp_path / "log.txt", options=[LOOPBACK])
    with pytest.raises(ServerError, match=r"(?s)ended with status \d.*missing\.py"):
        server.start()
    assert not server.process.is_running()


@pytest.mark.slow
def test_a_server_is_killed_and_started_again_at_the_same_address(tmp_path):
    script = tmp_path / "page.py"
    script.write_text("import streamlit\n")
    with Server(script, tmp_path, log=tmp_path / "log.txt", options=[LOOPBACK]) as server:
        first, address = server.process.pid, server.url
        server.stop(signal.SIGKILL)
        assert server.process.returncode == -signal.SIGKILL
        server.start()
        assert (server.url, server.family()[0].pid != first) == (address, True)
    assert not server.process.is_running()


@pytest.mark.slow
def test_a_server_ends_with_what_it_has_started(tmp_path):
    starter = tmp_path / "start.py"
    starter.write_text(
        "import subprocess, sys\n"
        "subprocess.Popen([sys.executable, '-c', 'input()'], stdin=subprocess.PIPE)\n"
        "sys.argv = sys.argv[2:]\n"
        "from streamlit.web.cli import main\n"
        "main()\n"
    )
    script = tmp_path / "page.py"
    script.write_text("import streamlit\n")
    python = [Server.python[0], str(starter)]
    server = Server(script, tmp_path, python=python, log=tmp_path / "log.txt", options=[LOOPBACK])
    with server:
        started = server.family()[1:]
        assert started
    assert not any(process.is_running() for process in started)


def test_a_machine_without_a_browser_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(browser.shutil, "which", lambda name: None)
    with pytest.raises(FileNotFoundError, match="apt install chromium"):
        browser.find_chromium()


@pytest.mark.parametrize("folder", ["deploy", "devtools"])
def test_what_is_shared_needs_no_benchmark_and_no_test(folder):
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / folder).rglob("*.py"))
    assert not re.search(r"^ *(from|import) (benchmarks|tests)\b|sys\.path", code, re.MULTILINE)
