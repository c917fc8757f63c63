"""What hosts are given, and the checks of it; the whole checks are make's own targets."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import kubernetes_validate
import psutil
import pytest
import yaml
from helpers.local_server import NOBODY, serving

from benchmarks.soak.stream import AFFINITY
from deploy import audit, licences
from deploy.clean_environment import ROOT, DeployError, copy_repository, files_of_repository, uv
from deploy.cloud_check import environment
from deploy.health import is_well, own_address
from deploy.licences import Licensed, refused
from devtools import balancer

DOCUMENTS = [
    "README.md",
    "SECURITY.md",
    "CONTRIBUTING.md",
    "docs/deploy.md",
    "docs/licences.md",
    "docs/scaling.md",
    "docs/decisions/0008-a-deeper-pen-cnn.md",
    "docs/experiments/pen-cnn.md",
]


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


def value_of(instruction: str) -> str:
    """Return what follows the last such instruction of the Dockerfile: the one that counts."""
    return re.findall(rf"^{instruction} (.+)$", text_of("Dockerfile"), re.MULTILINE)[-1]


def names_in_the_image() -> list[str]:
    """Return the files and folders that `.dockerignore`, which leaves out all others, lets in."""
    lines = text_of(".dockerignore").splitlines()
    everything, *names = [line for line in lines if line and not line.startswith("#")]
    assert (everything, names.pop()) == ("*", "**/__pycache__")
    assert all(name.startswith("!") for name in names)
    return [name.removeprefix("!") for name in names]


def test_the_image_is_of_two_stages_and_runs_as_a_plain_user():
    installing, final = re.split(r"^FROM ", text_of("Dockerfile"), flags=re.MULTILINE)[1:]
    assert "pip" in installing
    assert "pip" not in final
    assert value_of("USER").partition(":")[0] not in {"", "0", "root"}
    assert f"INKLING_HOME={value_of('VOLUME')} " in final
    order = re.findall(r"^[A-Z]+(?= )", final, re.MULTILINE)
    assert order.index("USER") > max(i for i, word in enumerate(order) if word in {"RUN", "COPY"})


@pytest.mark.parametrize(
    "name",
    [
        ".streamlit/secrets.toml",
        "tests/test_deploy.py",
        "var/runs/mine/run.json",
        ".env",
        ".git/config",
        "deploy/audit.py",
        "devtools/server.py",
    ],
)
def test_nothing_else_gets_into_the_image(name):
    assert not any(Path(name).is_relative_to(allowed) for allowed in names_in_the_image())


@pytest.mark.slow
def test_what_gets_into_the_image_is_enough(tmp_path):
    for name in names_in_the_image():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, tmp_path / name)
    code = "import app, deploy.health, ui.shell.page, ui.server.server, mnist_core.cli.main as cli"
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
    assert place == value_of("VOLUME")


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


# Many replicas


def test_compose_starts_three_replicas_on_one_volume_behind_a_balancer():
    services = yaml.safe_load(text_of("compose.scale.yaml"))["services"]
    replica, in_front = services["inkling"], services["balancer"]
    assert replica["deploy"]["replicas"] == 3
    assert replica["volumes"] == [f"data:{value_of('VOLUME')}"]
    assert "ports" not in replica  # only the balancer is reached
    assert in_front["ports"] == ["${INKLING_PORT:-8501}:8501"]
    assert in_front["volumes"] == [
        "./deploy/haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg:ro",
    ]
    alone = yaml.safe_load(text_of("compose.yaml"))["services"]["inkling"]
    shut = ("read_only", "tmpfs", "cap_drop", "security_opt", "init", "pids_limit", "mem_limit")
    assert {key: replica[key] for key in shut} == {key: alone[key] for key in shut}


@pytest.mark.skipif(not balancer.find_haproxy(), reason="HAProxy is not installed")
@pytest.mark.parametrize("as_advised", [True, False])
def test_haproxy_accepts_its_configuration(tmp_path, as_advised):
    text = text_of("deploy/haproxy.cfg") if as_advised else balancer.configuration(80, [8501, 8502])
    (tmp_path / "haproxy.cfg").write_text(text)
    command = [balancer.find_haproxy(), "-c", "-f", str(tmp_path / "haproxy.cfg")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr


def objects() -> dict[str, dict]:
    """Return what the manifests of Kubernetes describe, by kind."""
    files = sorted((ROOT / "deploy" / "kubernetes").glob("*.yaml"))
    found = [each for file in files for each in yaml.safe_load_all(file.read_text("utf-8"))]
    assert len({each["kind"] for each in found}) == len(found)
    return {each["kind"]: each for each in found}


@pytest.mark.parametrize("version", ["1.31", "1.34", "1.37"])
@pytest.mark.parametrize("kind", sorted(objects()))
def test_kubernetes_own_schemas_accept_each_manifest(kind, version):
    kubernetes_validate.validate(objects()[kind], version, strict=True)


def test_kubernetes_own_schemas_refuse_a_word_that_is_none():
    deployment = objects()["Deployment"] | {"spec": {"replicsa": 3}}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(deployment, "1.37", strict=True)


def test_the_manifests_fit_each_other_and_the_image():
    found = objects()
    assert found["PersistentVolumeClaim"]["spec"]["accessModes"] == ["ReadWriteMany"]
    spec = found["Deployment"]["spec"]
    pod = spec["template"]["spec"]
    [container] = pod["containers"]
    labels = spec["template"]["metadata"]["labels"]
    for selector in (
        spec["selector"]["matchLabels"],
        found["Service"]["spec"]["selector"],
        found["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
    ):
        assert selector.items() <= labels.items()
    claims = [v["persistentVolumeClaim"] for v in pod["volumes"] if "persistentVolumeClaim" in v]
    assert claims == [{"claimName": found["PersistentVolumeClaim"]["metadata"]["name"]}]
    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert mounts["data"] == value_of("VOLUME")
    assert f"{pod['securityContext']['runAsUser']}:" in value_of("USER")
    assert [port["containerPort"] for port in container["ports"]] == [int(value_of("EXPOSE"))]
    assert {"cpu", "memory"} <= container["resources"]["limits"].keys()
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[probe]["httpGet"] == {"path": "/_stcore/health", "port": "http"}
    [rule] = found["Ingress"]["spec"]["rules"]
    [path] = rule["http"]["paths"]
    assert path["backend"]["service"]["name"] == found["Service"]["metadata"]["name"]


def test_every_way_in_keeps_a_browser_with_its_replica_and_takes_the_largest_upload():
    most = tomllib.loads(text_of(".streamlit/config.toml"))["server"]["maxUploadSize"]
    found = objects()
    at_ingress = found["Ingress"]["metadata"]["annotations"]
    at_service = found["Service"]["metadata"]["annotations"]
    assert at_ingress["nginx.ingress.kubernetes.io/affinity"] == "cookie"
    assert at_ingress["nginx.ingress.kubernetes.io/proxy-body-size"] == f"{most}m"
    cookie = at_service["haproxy.org/cookie-persistence"]
    assert at_service["traefik.ingress.kubernetes.io/service.sticky.cookie.name"] == cookie
    assert f"cookie {cookie} insert" in text_of("deploy/haproxy.cfg")
    assert cookie == AFFINITY


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
    from mnist_core.recipes.recipe import Recipe

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
