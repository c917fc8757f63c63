"""Carry out the Dockerfile's steps where no container engine runs, and visit the app (Linux only).

    make container-check

Its sandbox is bubblewrap's: read-only but for the image's volume and `/tmp`, with the image's user,
none of root's capabilities, and no other process in sight. What it cannot try is the image's own
operating system: this machine's takes its place.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Error as BrowserError

from deploy.browser import draw, open_every_page, train_for_an_epoch, visiting
from deploy.clean_environment import REQUIREMENTS, ROOT, DeployError
from deploy.dockerfile import Step, context_files, last, read_stages, variables
from deploy.report import tell
from deploy.sandbox import PATH, network_variables, sandboxed
from deploy.server import free_port, serving

BASE = {"PATH": PATH, "HOME": "/tmp", "LANG": "C.UTF-8"}
INTRUDE = 'for file; do if (: >>"$file") 2>/dev/null; then echo "$file"; fi; done'
SHUT = ("/app/app.py", "/app/new", "/opt/packages/pyvenv.cfg", "/etc/hostname", "/usr/new", "/new")
OPEN = ("/data/new", "/tmp/new")


class Image:
    """What the Dockerfile builds: `folder` holds what its image holds beside the system."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.install, self.final = read_stages()
        self.user = last(self.final, "USER").rest.partition(":")[0]
        self.variables = variables(self.final, BASE)
        for name in ("app", "data", "opt", "build"):
            (folder / name).mkdir()

    def build(self) -> None:
        """Carry out the steps of both stages that run or copy something."""
        shutil.copy(REQUIREMENTS, self.folder / "build")
        for step in self.install:
            if step.keyword == "RUN":
                self.carry_out(step, "/build", BASE)
        for name in context_files():
            (self.folder / "app" / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, self.folder / "app" / name)
        for step in self.final:
            if step.keyword == "RUN" and "useradd" not in step.rest:  # the sandbox knows its user
                self.carry_out(step, "/app", self.variables)

    def carry_out(self, step: Step, folder: str, known: dict[str, str]) -> None:
        """Run a step of the build, as root of a sandbox where all of the image can be written."""
        mounts = [("--bind", self.folder / name, f"/{name}") for name in ("opt", "app", "build")]
        command = sandboxed(
            ["sh", "-ec", step.rest],
            mounts=mounts,
            variables={**known, **network_variables()},
            folder=folder,
        )
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise DeployError(f"RUN {step.rest}\nfailed:\n{done.stdout[-2000:]}{done.stderr}")

    def contained(self, command: list[str], port: int) -> list[str]:
        """Return the command that runs a command in the container."""
        return sandboxed(
            command,
            mounts=[
                ("--ro-bind", self.folder / "opt", "/opt"),
                ("--ro-bind", self.folder / "app", "/app"),
                ("--bind", self.folder / "data", "/data"),
            ],
            variables={**self.variables, "STREAMLIT_SERVER_PORT": str(port)},
            folder=last(self.final, "WORKDIR").rest,
            user=self.user,
        )

    def output(self, command: list[str], port: int) -> str:
        """Return what a command writes in the container."""
        done = subprocess.run(self.contained(command, port), capture_output=True, text=True)
        if done.returncode != 0:
            raise DeployError(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout.strip()


def main() -> None:
    if shutil.which("bwrap") is None:
        sys.exit("This check needs bubblewrap: apt install bubblewrap.")
    try:
        with tempfile.TemporaryDirectory(prefix="inkling-container-") as folder:
            check(Image(Path(folder)))
    except (DeployError, BrowserError, AssertionError) as problem:
        sys.exit(f"\nThe container would not run. {problem}")
    except KeyboardInterrupt:
        sys.exit("\nStopped.")


def check(image: Image) -> None:
    """Build an image, start it, and visit the app in it."""
    began = time.monotonic()
    image.build()
    tell("Built", f"in {time.monotonic() - began:.0f} s")
    port = free_port()
    address = f"http://localhost:{port}"
    start = image.contained(last(image.final, "CMD").words(), port)
    with (
        serving(start, address, image.folder / "data", image.variables),
        visiting(address) as page,
    ):
        image.output(last(image.final, "HEALTHCHECK").words(), port)
        tell("Health check", "well")
        refuse_writing(image, port)
        tell("Draw", repr(draw(page)))
        tell("Pages", ", ".join(open_every_page(page)))
        tell("Training", train_for_an_epoch(page, address, "UCI digits"))
    tell(
        "Left in /data", ", ".join(sorted(path.name for path in (image.folder / "data").iterdir()))
    )


def refuse_writing(image: Image, port: int) -> None:
    """Make sure that the app's user is not root, and may write only where it is meant to."""
    user = image.output(["id", "-u"], port)
    written = image.output(["sh", "-c", INTRUDE, "sh", *SHUT, *OPEN], port).split()
    if user != image.user or user == "0" or written != list(OPEN):
        raise DeployError(f"User {user} can write to {', '.join(written)}.")
    tell("Read-only", f"but for {', '.join(OPEN)}, to user {user}")


if __name__ == "__main__":
    main()
