"""A sandbox for what a container would do: bubblewrap's, with this machine's system, read-only."""

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

SYSTEM = ("/usr", "/bin", "/lib", "/lib64", "/etc", sys.prefix, sys.base_prefix)
NAMES = ("/run/systemd/resolve", "/run/resolvconf")  # where /etc/resolv.conf may lead
PATH = f"{sys.prefix}/bin:/usr/local/bin:/usr/bin:/bin"
NETWORK = ("PIP_", "SSL_", "HTTP_", "HTTPS_", "NO_PROXY")  # how the package index is reached


def sandboxed(
    command: Sequence[str],
    *,
    mounts: Sequence[tuple[str, Path, str]],
    variables: Mapping[str, str],
    folder: str,
    user: str = "0",
) -> list[str]:
    """Return the command that runs a command in a sandbox.

    Args:
        command: what to run.
        mounts: what else is there: `"--bind"` or `"--ro-bind"`, a folder, and its place inside.
        variables: the whole environment.
        folder: the working directory inside.
        user: the user's and the group's number inside.
    """
    words = ["bwrap", "--unshare-user", "--unshare-pid", "--unshare-ipc", "--die-with-parent"]
    words += ["--uid", user, "--gid", user, "--cap-drop", "ALL", "--clearenv"]
    words += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
    for place in dict.fromkeys(SYSTEM):
        words += ["--ro-bind", place, place]
    for place in NAMES:
        words += ["--ro-bind-try", place, place]
    for kind, source, place in mounts:
        words += [kind, str(source), place]
    for name, value in variables.items():
        words += ["--setenv", name, value]
    return [*words, "--remount-ro", "/", "--chdir", folder, *command]


def network_variables() -> dict[str, str]:
    """Return this machine's variables that say how the package index is reached."""
    return {name: value for name, value in os.environ.items() if name.upper().startswith(NETWORK)}
