"""What a host makes of the repository: a copy of its files, and an environment beside it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
REQUIREMENTS = ROOT / "requirements.txt"
PYTHONS = ("3.12", "3.13")  # the usual ones of Community Cloud
PLATFORM = "x86_64-manylinux_2_31"  # its Debian 11, by the age of the C library


class DeployError(Exception):
    """The app would not run there; the message says why."""


def copy_repository(target: Path) -> None:
    """Copy what a host would get: the files that git knows or could add, and no ignored one."""
    for name in files_of_repository():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target / name)


def files_of_repository() -> list[str]:
    """Return the paths of the repository's files, as they are now."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as problem:
        raise DeployError(f"git cannot list the repository's files: {problem}") from problem
    return [name for name in sorted({*listed.stdout.split("\0")}) if (ROOT / name).is_file()]


def make_environment(folder: Path, python: str) -> Path:
    """Install `requirements.txt`, and nothing else, for a Python; return the environment's own."""
    uv(["venv", "--quiet", "--no-project", "--python", python, str(folder)])
    own = folder / "bin" / "python"
    uv(["pip", "install", "--quiet", "--python", str(own), "--requirements", str(REQUIREMENTS)])
    return own


def resolve(version: str) -> list[str]:
    """Return the packages, as `name==version`, that a host with that Python would install.

    Only wheels count: a host has no compiler.
    """
    chosen = ["--python-version", version, "--python-platform", PLATFORM, "--only-binary", ":all:"]
    shown = ["--quiet", "--no-header", "--no-annotate"]
    return uv(["pip", "compile", str(REQUIREMENTS), *chosen, *shown]).split()


def uv(arguments: list[str]) -> str:
    """Run uv, which Community Cloud installs with, and return what it writes."""
    command = [sys.executable, "-m", "uv", "--no-config", "--no-python-downloads", *arguments]
    environment = {name: text for name, text in os.environ.items() if name != "VIRTUAL_ENV"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode != 0:
        raise DeployError(f"uv {' '.join(arguments[:2])} failed:\n{done.stderr.strip()}")
    return done.stdout
