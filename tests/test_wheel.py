"""A wheel, in an environment in which nothing else was installed, does what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from PIL import Image

from deploy.clean_environment import DeployError, uv
from devtools.server import Server
from mnist_core import __version__
from mnist_core.cli.main import main
from mnist_core.workspace import size_of

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
MOST = 340  # megabytes (of 2 ** 20 bytes, as du counts) that reading may take on the disk
NO_NETWORK = r"dns error|tcp connect error|error sending request|timed out|network was disabled"


class Environment(NamedTuple):
    """An environment in which nothing but Inkling has been installed, from a wheel."""

    folder: Path

    @property
    def packages(self) -> Path:
        return next(
            self.folder.glob("lib/python3*/site-packages"), self.folder / "Lib/site-packages"
        )

    @property
    def programs(self) -> Path:
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    def command(self, *arguments: str) -> list[str]:
        return [str(self.programs / "inkling"), *arguments]

    def run(self, *arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
        """Run a command as somebody whose folder is `home`, from within that."""
        return subprocess.run(
            self.command(*arguments),
            cwd=home,
            env=variables(home),
            capture_output=True,
            text=True,
            timeout=60,
        )


def variables(home: Path) -> dict[str, str]:
    """Return the environment of somebody who has set nothing that concerns Inkling or Python."""
    ours = re.compile("INKLING_|PYTHON|XDG_|MNIST_NPZ|KERAS_|VIRTUAL_ENV")
    kept = {name: text for name, text in os.environ.items() if not ours.match(name)}
    return kept | {"HOME": str(home), "LOCALAPPDATA": str(home)}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Inkling from a wheel. Without a network the test is skipped."""
    folder = tmp_path_factory.mktemp("installed")
    environment = Environment(folder / "environment")
    into = ["--python", str(environment.folder), "--compile-bytecode"]  # as pip does
    try:
        uv(["build", "--quiet", "--wheel", "--out-dir", str(folder), str(ROOT)])
        [wheel] = folder.glob("*.whl")
        uv(["venv", "--quiet", "--no-project", "--python", sys.executable, into[1]])
        uv(["pip", "install", "--quiet", *into, str(wheel)])
    except DeployError as problem:
        if re.search(NO_NETWORK, str(problem)):
            pytest.skip(f"No network to install from. {problem}")
        raise
    return environment


@pytest.fixture
def read_only(tmp_path: Path, seven: np.ndarray) -> Path:
    """A folder that holds a picture, and that nobody but root may write to."""
    Image.fromarray(255 - seven).save(tmp_path / "seven.png")
    tmp_path.chmod(0o555)
    return tmp_path


HELP = """
import sys
from mnist_core.cli.main import main
for name in sys.argv[1:]:
    main([name, "--help"], prog_name="inkling", standalone_mode=False)
"""


def test_every_command_explains_itself(installed, tmp_path):
    assert installed.run("--version", home=tmp_path).stdout == f"inkling, version {__version__}\n"
    assert set(main.commands) <= set(installed.run("--help", home=tmp_path).stdout.split())
    said = subprocess.run(  # in one process: starting one for each takes most of the time
        [str(installed.programs / "python"), "-c", HELP, *main.commands],
        cwd=tmp_path,
        env=variables(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
    )
    for name in main.commands:
        assert f"Usage: inkling {name}" in said.stdout, said.stderr
    assert "'inkling[app]'" in installed.run("app", "--help", home=tmp_path).stdout


def test_it_reads_where_nothing_can_be_written(installed, read_only):
    done = installed.run("read", "seven.png", home=read_only)
    assert done.stdout.startswith("seven.png: 7 ("), done.stderr
    assert [path.name for path in read_only.iterdir()] == ["seven.png"]  # root could have written


def test_it_evaluates_without_an_extra(installed, tmp_path, uci):
    digits = {"x_train": uci.images[:1], "y_train": uci.labels[:1]}
    np.savez(tmp_path / "d.npz", **digits, x_test=uci.images[:300], y_test=uci.labels[:300])
    done = installed.run("evaluate", "--data", "d.npz", home=tmp_path)
    assert "pen-cnn on d.npz: 301 digits" in done.stdout, done.stderr
    assert list(tmp_path.rglob("inkling/cache/*-logits.npz"))  # in the user's data folder


@pytest.mark.parametrize(
    ("arguments", "extra"),
    [
        (["train", "--recipe", "quick-cnn"], "train"),
        (["export", "-o", "model.h5"], "train"),
        (["evaluate", "--data", "uci-digits"], "train"),
        (["app"], "app"),
    ],
)
def test_what_needs_an_extra_says_so_and_writes_nothing(installed, tmp_path, arguments, extra):
    done = installed.run(*arguments, home=tmp_path)
    assert done.returncode == 1
    [line] = [
        line for line in done.stderr.splitlines() if not line.startswith("INFO: ")
    ]  # LiteRT's
    assert line.startswith("Error: This needs ")
    assert line.endswith(f"pip install 'inkling[{extra}]'")
    assert not list(tmp_path.iterdir())


def test_a_model_is_not_shipped_from_where_there_is_no_clone(installed, tmp_path):
    done = installed.run("train", "--recipe", "quick-cnn", "--ship", home=tmp_path)
    assert done.returncode == 2
    assert "--ship needs a clone" in done.stderr


def test_the_wheel_brings_two_models_and_the_app_and_takes_little_room(installed):
    assert size_of(installed.packages) < MOST * 2**20
    models = installed.packages / "mnist_core" / "shipped_models"
    assert {path.name for path in models.iterdir()} == {"pen-cnn", "quick-cnn"}
    app = installed.packages / "inkling_app"
    for name in ("app.py", ".streamlit/config.toml", "pages/draw.py", "ui/shell/icon.svg"):
        assert (app / name).read_bytes() == (ROOT / name).read_bytes()
    for name in ("app.py", "pages", "ui", "models", "deploy", "tests"):
        assert not (installed.packages / name).exists()


OPEN_APP = """
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("app.py", default_timeout=60).run()
assert not app.exception, app.exception
print(app.title[0].value)
"""


class InstalledServer(Server):
    """A server that `inkling app` starts."""

    def __init__(self, installed: Environment, **values: Any) -> None:
        super().__init__(**values)
        self.installed = installed

    @property
    def command(self) -> list[str]:
        options = ("--server.headless", "true", "--server.port", str(self.port))
        return [str(part) for part in self.installed.command("app", *options)]


def test_the_app_opens_from_where_it_was_installed(installed, tmp_path):
    # The libraries of the app are borrowed: installing them would take minutes.
    borrowed = installed.packages / "borrowed.pth"
    borrowed.write_text(f"{Path(np.__file__).parents[1]}\n")
    try:
        with InstalledServer(installed, folder=tmp_path, environment=variables(tmp_path)):
            shown = subprocess.run(
                [str(installed.programs / "python"), "-c", OPEN_APP],
                cwd=installed.packages / "inkling_app",
                env=variables(tmp_path),
                capture_output=True,
                text=True,
            )
    finally:
        borrowed.unlink()
    assert shown.stdout == "Inkling\n", shown.stderr
