"""A server on this machine, for tests of downloads: no test asks the internet."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

NOBODY = "http://127.0.0.1:9"  # the port of "discard", where no server answers


@dataclass
class Server:
    """What is served, and how.

    `files` by path; those in `cut` end half-way, those in `unsized` do not say their length, those
    in `silent` never come. `asked` are the paths that were asked for, in order.
    """

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    cut: set[str] = field(default_factory=set)
    unsized: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)


@contextmanager
def serving() -> Iterator[Server]:
    """Start a server; what it serves can be changed at any time."""
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            server.asked.append(self.path)
            if self.path in server.silent:
                server.closing.wait(30)
                return
            if self.path not in server.files:
                self.send_error(404)
                return
            content = server.files[self.path]
            self.send_response(200)
            if self.path not in server.unsized:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if self.path in server.cut else content)

        def log_message(self, *args):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        server.url = f"http://127.0.0.1:{http.server_port}"
        threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield server
        finally:
            server.closing.set()
            http.shutdown()
