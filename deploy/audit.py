"""Look for known vulnerabilities in what the app is installed with, and list its licences.

    make audit

Audited is what a host installs today: `requirements.txt`, resolved for the host's Pythons. The exit
status is 1 where a vulnerability is known or a licence is not accepted, and 2 where not every
package could be asked about, since no answer is no good news. `docs/licences.md` is written anew.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.clean_environment import PYTHONS, ROOT, DeployError, make_environment, resolve
from deploy.licences import find_licences, refused, write_licences

SERVICES = ("pypi", "osv")  # the second is asked about what the first does not know
FOUND, NOT_ASKED = 1, 2  # exit statuses


@dataclass(frozen=True)
class Audit:
    """What the services that list vulnerabilities answered.

    Attributes:
        holes: a line for each vulnerability.
        unknown: packages, as `name==version`, that none of them could be asked about.
    """

    holes: tuple[str, ...]
    unknown: tuple[str, ...]


Answer = dict[str, Any]
Ask = Callable[[str, Sequence[str]], Answer]


def main() -> None:
    try:
        audits = [audit(packages) for packages in {tuple(resolve(python)) for python in PYTHONS}]
        with tempfile.TemporaryDirectory(prefix="inkling-audit-") as folder:
            licences = find_licences(make_environment(Path(folder) / "environment", sys.executable))
    except DeployError as problem:
        sys.exit(f"Nothing was audited. {problem}")
    write_licences(licences)
    bad = refused(licences)
    print(f"Licences of {len(licences)} packages: docs/licences.md. Not accepted: {bad or 'none'}.")
    sys.exit(max(FOUND if bad else 0, *(tell(found) for found in audits)))


def ask(service: str, packages: Sequence[str]) -> Answer:
    """Return what a service answers through pip-audit; nothing where it does not answer."""
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder) / "requirements.txt"
        listed.write_text("\n".join(packages), encoding="utf-8")
        command = [sys.executable, "-m", "pip_audit", "--requirement", str(listed), "--no-deps"]
        command += ["--disable-pip", "--vulnerability-service", service, "--format", "json"]
        command += ["--progress-spinner", "off"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    try:
        return dict(json.loads(done.stdout))
    except ValueError:
        said = done.stderr.strip().splitlines()
        print(f"{service} did not answer: {said[-1] if said else 'it said nothing'}")
        return {}


def audit(packages: Sequence[str], ask: Ask = ask) -> Audit:
    """Ask one service after the other about packages, given as `name==version`."""
    holes: list[str] = []
    unknown = tuple(packages)
    for service in SERVICES:
        if unknown:
            answered = known(ask(service, unknown))
            holes += holes_of(answered)
            names = {entry["name"].lower() for entry in answered}
            unknown = tuple(one for one in unknown if one.partition("==")[0].lower() not in names)
    return Audit(tuple(holes), unknown)


def known(answer: Answer) -> list[Answer]:
    """Return the packages of an answer that the service knows; it skips the others."""
    return [entry for entry in answer.get("dependencies", []) if "skip_reason" not in entry]


def holes_of(entries: Sequence[Answer]) -> list[str]:
    """Return a line for each vulnerability."""
    return [
        f"{entry['name']} {entry['version']}: {hole['id']}, mended in "
        f"{', '.join(hole['fix_versions']) or 'no version yet'}"
        for entry in entries
        for hole in entry["vulns"]
    ]


def tell(found: Audit) -> int:
    """Print what was found, and return the exit status for it."""
    if found.holes:
        print("Known vulnerabilities:", *found.holes, sep="\n  ")
        return FOUND
    if found.unknown:
        print(f"Not audited, for no service answered about them: {', '.join(found.unknown)}")
        return NOT_ASKED
    print("No vulnerability is known.")
    return 0


if __name__ == "__main__":
    main()
