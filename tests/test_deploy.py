"""What hosts are given, and the checks of it; the whole checks are make's own targets."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import psutil
import pytest
from local_server import NOBODY, serving

from deploy import audit, licences
from deploy.clean_environment import ROOT, DeployError, copy_repository, files_of_repository, uv
from deploy.cloud_check import environment
from deploy.dockerfile import context_files, is_ignored, last, read_stages, variables
from deploy.health import is_well, own_address
from deploy.licences import Licensed, refused
from deploy.sandbox import sandboxed

STAGES = """\
# a comment
ARG PYTHON=3.13
FROM python:${PYTHON} AS first
RUN one \\
    && two
FROM python
ENV PATH=/opt/bin:$PATH \\
    HOME=/data
USER 7:7
HEALTHCHECK --interval=30s CMD ["python", "-m", "well"]
CMD ["streamlit", "run", "app.py"]
"""
DOCUMENTS = ["docs/deploy.md", "SECURITY.md", "CONTRIBUTING.md", "docs/licences.md"]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


# What Community Cloud reads


def test_the_host_reads_requirements_txt_and_nothing_in_its_place():
    in_its_place = {"uv.lock", "Pipfile", "environment.yml", "packages.txt"}
    assert not in_its_place & set(files_of_repository())


def test_the_host_gets_two_themes_and_no_secret(tmp_path):
    (tmp_path / "copy").mkdir()
    copy_repository(tmp_path / "copy")
    config = tomllib.loads((tmp_path / "copy/.streamlit/config.toml").read_text())
    assert {"light", "dark"} <= config["theme"].keys()
    assert "address" not in config["server"]
    assert not list(tmp_path.rglob("secrets.toml"))
    assert not (tmp_path / "copy" / "var").exists()
    assert (tmp_path / "copy" / "app.py").read_bytes() == (ROOT / "app.py").read_bytes()


def test_the_server_of_the_check_sees_nothing_of_whoever_runs_it(monkeypatch, tmp_path):
    monkeypatch.setenv("INKLING_OWNER_PASSWORD", "mine")
    monkeypatch.setenv("VIRTUAL_ENV", "/mine")
    seen = environment(tmp_path)
    assert not {"INKLING_OWNER_PASSWORD", "VIRTUAL_ENV"} & seen.keys()
    assert seen["STREAMLIT_CLIENT_SHOW_ERROR_DETAILS"] == "false"
    assert seen["HOME"] == str(tmp_path)


def test_what_the_installer_says_is_told():
    with pytest.raises(DeployError, match=r"uv no-such-command failed:\n.*no-such-command"):
        uv(["no-such-command"])


# The container


def test_a_dockerfile_is_read_stage_by_stage():
    first, second = read_stages(STAGES)
    assert [(step.keyword, step.rest) for step in first[1:]] == [("RUN", "one && two")]
    assert variables(second, {"PATH": "/bin"}) == {"PATH": "/opt/bin:/bin", "HOME": "/data"}
    assert last(second, "CMD").words() == ["streamlit", "run", "app.py"]
    assert last(second, "HEALTHCHECK").words() == ["python", "-m", "well"]


def test_the_image_is_of_two_stages_and_runs_as_a_plain_user():
    installing, final = read_stages()
    assert "pip" in " ".join(step.rest for step in installing)
    assert "pip" not in " ".join(step.rest for step in final)
    assert last(final, "USER").rest.partition(":")[0] not in {"", "0", "root"}
    assert variables(final, {})["INKLING_HOME"] == last(final, "VOLUME").rest
    order = [step.keyword for step in final]
    assert order.index("USER") > max(i for i, word in enumerate(order) if word in {"RUN", "COPY"})


@pytest.mark.parametrize(
    ("name", "ignored"),
    [
        ("app.py", False),
        ("ui/draw/canvas.py", False),
        ("models/pen-cnn/model.tflite", False),
        (".streamlit/config.toml", False),
        (".streamlit/secrets.toml", True),
        ("ui/__pycache__/shell.pyc", True),
        ("tests/test_deploy.py", True),
        ("var/runs/mine/run.json", True),
        (".env", True),
        (".git/config", True),
        ("deploy/health.py", False),
        ("deploy/audit.py", True),
    ],
)
def test_only_what_runs_the_app_gets_into_the_image(name, ignored):
    assert is_ignored(name, text_of(".dockerignore").splitlines()) is ignored


@pytest.mark.slow
def test_what_gets_into_the_image_is_enough(tmp_path):
    for name in context_files():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    code = "import app, deploy.health, ui.shell, ui.server, mnist_core.commands.cli as cli"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; print(app.__file__, cli.__file__)"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(str(tmp_path)) == 2
    models = {path.parent.name for path in ROOT.glob("models/*/card.json")}
    assert {path.parent.name for path in tmp_path.glob("models/*/card.json")} == models


def test_compose_shuts_what_the_image_does_not_need():
    compose = text_of("compose.yaml")
    for line in ["read_only: true", "cap_drop: [ALL]", "no-new-privileges:true", "init: true"]:
        assert line in compose
    [place] = re.findall(r"^ +- data:(\S+)$", compose, re.MULTILINE)
    assert place == last(read_stages()[1], "VOLUME").rest


def test_a_sandbox_holds_only_what_it_is_given(tmp_path):
    command = sandboxed(
        ["id"],
        mounts=[("--bind", tmp_path, "/data")],
        variables={"HOME": "/data"},
        folder="/data",
        user="10001",
    )
    joined = " ".join(command)
    assert f"--bind {tmp_path} /data" in joined
    assert "--uid 10001" in joined
    assert joined.index("--clearenv") < joined.index("--setenv HOME /data")
    assert command[-1] == "id"
    writable = [
        place for word, place in zip(command, command[1:], strict=False) if word == "--bind"
    ]
    assert writable == [str(tmp_path)]


@pytest.mark.parametrize(
    ("variables", "address"),
    [
        ({}, "http://127.0.0.1:8501/"),
        ({"STREAMLIT_SERVER_PORT": "80"}, "http://127.0.0.1:80/"),
        ({"STREAMLIT_SERVER_BASE_URL_PATH": "/inkling/"}, "http://127.0.0.1:8501/inkling"),
    ],
)
def test_the_health_check_knows_where_its_app_is(monkeypatch, variables, address):
    for name in ("STREAMLIT_SERVER_PORT", "STREAMLIT_SERVER_BASE_URL_PATH"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert own_address() == address


def test_an_app_is_well_when_it_says_so():
    with serving() as server:
        server.files["/_stcore/health"] = server.files["/inkling/_stcore/health"] = b"ok"
        assert is_well(server.url)
        assert is_well(f"{server.url}/inkling/")
        assert not is_well(f"{server.url}/elsewhere")
    assert not is_well(NOBODY)


def test_the_health_check_fails_in_a_sentence(monkeypatch):
    monkeypatch.setenv("STREAMLIT_SERVER_PORT", "9")
    done = subprocess.run(
        [sys.executable, "-m", "deploy.health"], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (1, "Inkling does not answer.\n")


# Behind a proxy


def test_the_proxy_lets_through_what_the_app_takes():
    most = tomllib.loads(text_of(".streamlit/config.toml"))["server"]["maxUploadSize"]
    assert f"client_max_body_size {most}m;" in text_of("deploy/nginx.conf")


# Vulnerabilities and licences

HOLE = {"id": "PYSEC-1", "fix_versions": ["2.0"], "aliases": [], "description": "..."}
SKIPPED = {"name": "six", "skip_reason": "Dependency not found on PyPI"}


def known(name: str, *vulns: dict) -> dict:
    return {"name": name, "version": "1.0", "vulns": list(vulns)}


@pytest.mark.parametrize(
    ("answers", "status", "said"),
    [
        ({"pypi": [known("six"), known("Pillow")]}, 0, "No vulnerability is known."),
        ({"pypi": [known("six", HOLE), known("pillow")]}, 1, "six 1.0: PYSEC-1, mended in 2.0"),
        ({"pypi": [SKIPPED, known("pillow")], "osv": [known("six", HOLE)]}, 1, "six 1.0: PYSEC-1"),
        ({"pypi": [SKIPPED, known("pillow")], "osv": [known("six")]}, 0, "No vulnerability"),
        ({"pypi": [SKIPPED, known("pillow")]}, 2, "answered about them: six==1.0"),
        ({}, 2, "answered about them: six==1.0, pillow==1.0"),
    ],
)
def test_an_audit_counts_silence_as_no_good_news(capsys, answers, status, said):
    found = audit.audit(
        ["six==1.0", "pillow==1.0"],
        lambda service, packages: {"dependencies": answers.get(service, [])},
    )
    assert audit.tell(found) == status
    assert said in capsys.readouterr().out


def test_the_second_service_is_asked_only_what_the_first_does_not_know():
    asked = []

    def ask(service, packages):
        asked.append((service, tuple(packages)))
        return {"dependencies": [known("pillow")]}

    audit.audit(["six==1.0", "pillow==1.0"], ask)
    assert asked == [("pypi", ("six==1.0", "pillow==1.0")), ("osv", ("six==1.0",))]


def test_a_service_that_writes_no_answer_has_given_none(monkeypatch, capsys):
    failed = subprocess.CompletedProcess([], 1, "", "Traceback\nConnectionError: no route")
    monkeypatch.setattr(subprocess, "run", lambda *args, **kwargs: failed)
    assert audit.ask("osv", ["six==1.0"]) == {}
    assert "osv did not answer: ConnectionError: no route" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("licence", "accepted"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0", True),
        ("Mozilla Public License 2.0 (MPL 2.0)", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("GNU Affero General Public License v3", False),
        ("UNKNOWN", False),
        ("", False),
    ],
)
def test_a_licence_is_accepted_whole_or_not_at_all(licence, accepted):
    assert bool(refused([Licensed("one", "1.0", licence, "")])) is not accepted


@pytest.mark.slow
def test_licences_are_read_from_an_environment_and_written_as_a_table(tmp_path):
    found = licences.find_licences(Path(sys.executable))
    assert {"streamlit", "numpy"} <= {package.name for package in found}
    licences.write_licences(found, tmp_path / "licences.md")
    assert "| [streamlit](https://" in (tmp_path / "licences.md").read_text()


def test_the_list_of_licences_names_whatever_is_required():
    required = re.findall(r"^([A-Za-z][\w-]+)", text_of("requirements.txt"), re.MULTILINE)
    listed = re.findall(r"^\| \[?([\w.-]+)", text_of("docs/licences.md"), re.MULTILINE)
    plain = {name.lower().replace("_", "-") for name in listed}
    elsewhere = {"tensorflow"}  # on machines without tensorflow-cpu, under the same licence
    assert {name.lower() for name in required} - elsewhere <= plain


# The documents


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_of_a_document_leads_somewhere(document):
    folder = (ROOT / document).parent
    links = re.findall(r"\]\((?!http)([^)#]+)(#[^)]*)?\)", text_of(document))
    assert all((folder / link).exists() for link, _ in links)
    for link, anchor in filter(lambda found: found[1], links):
        headings = re.findall(r"^#+ (.+)$", (folder / link).read_text("utf-8"), re.MULTILINE)
        anchors = {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in headings}
        assert anchor[1:] in anchors


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_target_of_a_document_exists(document):
    targets = re.findall(r"(?:^|`)make ([a-z-]+)", text_of(document), re.MULTILINE)
    assert all(re.search(rf"^{name}:", text_of("Makefile"), re.MULTILINE) for name in targets)


def test_the_recipe_that_contributing_shows_is_one(tmp_path):
    from mnist_core.recipe import Recipe

    [shown] = re.findall(r"```python\n(Recipe\(.*?)```", text_of("CONTRIBUTING.md"), re.DOTALL)
    assert eval(shown, {"Recipe": Recipe}).name == "small-cnn"


# Memory


@pytest.mark.skipif(sys.platform != "linux", reason="It limits memory as Linux does.")
class TestMemoryLimit:
    ALLOCATE = "import sys; kept = b'x' * (int(sys.argv[1]) * 1_000_000); print(len(kept))"

    @pytest.fixture(params=["as it can", "without control groups"])
    def limit(self, request, monkeypatch):
        from deploy import memory_limit

        if request.param == "without control groups":
            monkeypatch.setattr(memory_limit, "own_groups", list)
        with memory_limit.memory_limited_to(80) as limit:
            yield limit
        assert limit.group is None or not limit.group.exists()

    def allocate(self, limit, megabytes):
        command = limit.wrap([sys.executable, "-c", self.ALLOCATE, str(megabytes)])
        return subprocess.run(command, capture_output=True, text=True)

    def test_ends_what_takes_too_much_and_nothing_else(self, limit):
        assert self.allocate(limit, 30).stdout == "30000000\n"
        assert self.allocate(limit, 200).returncode != 0
        assert limit.kills() == (1 if limit.group else 0)

    def test_can_be_raised_while_a_process_runs(self, limit):
        code = f"print(flush=True); input(); {self.ALLOCATE}"
        command = limit.wrap([sys.executable, "-c", code, "200"])
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            process.stdout.readline()  # its own limit is set
            limit.change(400, psutil.Process(process.pid))
            output, _ = process.communicate("\n")
        assert output == "200000000\n"

    def test_the_peak_counts_what_a_process_has_started(self):
        from deploy.memory_limit import PeakWatch

        child = f"import subprocess, sys; code = {self.ALLOCATE!r} + '; input()'; "
        child += "subprocess.run([sys.executable, '-c', code, '150'])"
        with subprocess.Popen(
            [sys.executable, "-c", child], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as process:
            with PeakWatch(psutil.Process(process.pid)) as watch:
                process.stdout.readline()
                watch.look()
            process.communicate(b"\n")
        assert 150e6 < watch.peak < 300e6
