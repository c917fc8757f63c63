"""Under which licences the packages come that the app is installed with."""

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from deploy.clean_environment import ROOT, DeployError

LISTED = ROOT / "docs" / "licences.md"
# What each permits: to use, change and pass on, as long as its text goes with it. The Mozilla
# Public License asks to publish changes of its own files; nothing here changes any.
ACCEPTED = re.compile(
    r"(0BSD|Apache|BSD|CC0|ISC|MIT|Mozilla Public|MPL-2|PSF|Python Software|Unlicense|Zlib)"
)
APART = re.compile(r" (?:AND|OR) |;")
UNSAID = {"namex": "Apache License 2.0"}  # its metadata names none, its LICENSE does
HEADER = """\
# Licences

What `make audit` found when it installed `requirements.txt` ({python}): {count} packages and the
licences that each names. All permit to use Inkling for any purpose. Inkling's own is MIT
([LICENSE](../LICENSE)).

Some wheels bring compiled libraries with licences of their own, told inside each package: OpenCV
brings FFmpeg (LGPL 2.1, as a library of its own that can be replaced), NumPy and SciPy bring GCC's
run-time libraries (GPL 3 with the exception that permits this).

| package | version | licence |
|---|---|---|
"""


@dataclass(frozen=True)
class Licensed:
    """A package and the licence it names."""

    name: str
    version: str
    licence: str
    address: str


def find_licences(python: Path) -> list[Licensed]:
    """Return what is installed in an environment, by name."""
    command = [sys.executable, "-m", "piplicenses", "--python", str(python), "--with-urls"]
    done = subprocess.run([*command, "--format", "json"], capture_output=True, text=True)
    if done.returncode != 0:
        raise DeployError(f"pip-licenses failed:\n{done.stderr.strip()}")
    return [
        Licensed(
            name=found["Name"],
            version=found["Version"],
            licence=UNSAID.get(found["Name"], found["License"]),
            address=found["URL"],
        )
        for found in sorted(json.loads(done.stdout), key=lambda found: found["Name"].lower())
    ]


def refused(packages: Sequence[Licensed]) -> list[str]:
    """Return the packages with a licence that is not accepted, each with that licence.

    Of alternatives (`OR`), and of licences that hold together (`AND`), each has to be accepted.
    """
    return [
        f"{package.name} ({package.licence})"
        for package in packages
        if not all(ACCEPTED.search(part) for part in APART.split(package.licence))
    ]


def write_licences(packages: Sequence[Licensed], path: Path = LISTED) -> None:
    """Write the list that the docs show."""
    python = f"Python {sys.version_info[0]}.{sys.version_info[1]} on {sys.platform}"
    rows = "".join(
        f"| {named(package)} | {package.version} | {package.licence} |\n" for package in packages
    )
    path.write_text(HEADER.format(python=python, count=len(packages)) + rows, encoding="utf-8")


def named(package: Licensed) -> str:
    """Return a package's name, as a link where its address is known."""
    known = package.address.startswith("https://") or package.address.startswith("http://")
    return f"[{package.name}]({package.address})" if known else package.name
