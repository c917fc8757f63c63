"""A reverse proxy on this machine, with the configuration that the docs advise."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from helpers.waiting import wait_for

from devtools.server import free_port

ROOT = Path(__file__).parents[2]
ADVISED = ROOT / "deploy" / "nginx.conf"
WHOLE = """\
daemon off;
pid nginx.pid;
error_log error.log;
events {{}}
http {{
    include {types};
    access_log access.log;
    client_body_temp_path body; proxy_temp_path proxy;
    fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    include advised.conf;
}}
"""
TYPES = Path("/etc/nginx/mime.types")


@contextmanager
def proxied(server_port: int) -> Iterator[str]:
    """Put nginx before a server for a while; yield its address, without a path."""
    folder = Path(mkdtemp(prefix="inkling-nginx-"))
    port = free_port()
    advised = ADVISED.read_text(encoding="utf-8")
    for before, after in (
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("127.0.0.1:8501", f"127.0.0.1:{server_port}"),
    ):
        assert advised.count(before) == 1
        advised = advised.replace(before, after)
    (folder / "advised.conf").write_text(advised, encoding="utf-8")
    (folder / "nginx.conf").write_text(WHOLE.format(types=TYPES), encoding="utf-8")
    nginx = subprocess.Popen(
        [str(find_nginx()), "-p", str(folder), "-c", "nginx.conf", "-e", "error.log"]
    )
    try:
        wait_for(lambda: nginx.poll() is not None or listens(port))
        assert nginx.poll() is None, (folder / "error.log").read_text(encoding="utf-8")
        yield f"http://127.0.0.1:{port}"
    finally:
        nginx.terminate()
        nginx.wait(30)
        shutil.rmtree(folder)


def listens(port: int) -> bool:
    """Return whether something answers at a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def find_nginx() -> str | None:
    """Return the path of nginx, which Debian keeps where only root looks."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
