"""A provider of OpenID Connect on this machine, that takes everybody for whom they say they are."""

import base64
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "inkling", "the client's secret"


class Provider:
    """Who signs people in; `email` is whom it takes the next one for."""

    def __init__(self) -> None:
        self.url = ""
        self.email = ""
        self.key = RSAKey.generate_key(2048, {"kid": "1"})
        self.nonces: dict[str, str] = {}

    def configuration(self) -> dict[str, object]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256"],
        }

    def authorize(self, query: dict[str, str]) -> str:
        """Return where to send the browser back to, with a code."""
        code = secrets.token_hex(8)
        self.nonces[code] = query["nonce"]
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def tokens(self, code: str) -> dict[str, object]:
        """Return who has signed in."""
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "sub": self.email, "iat": now, "exp": now + 60}
        claims |= {"nonce": self.nonces.pop(code), "email": self.email, "email_verified": True}
        token = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)
        return {"access_token": "nothing", "token_type": "Bearer", "id_token": token}


@contextmanager
def providing() -> Iterator[Provider]:
    """Run a provider for a while."""
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path, query = urlsplit(self.path).path, urlsplit(self.path).query
            if path == "/authorize":
                self.send_response(302)
                given = {name: values[0] for name, values in parse_qs(query).items()}
                self.send_header("Location", provider.authorize(given))
                self.end_headers()
            elif path == "/keys":
                self.answer({"keys": [provider.key.as_dict(private=False)]})
            else:
                self.answer(provider.configuration())

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            if self.headers.get("Authorization") != f"Basic {known}":
                self.send_error(401)
                return
            self.answer(provider.tokens(form["code"][0]))

        def answer(self, content: dict[str, object]) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(content).encode())

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        provider.url = f"http://127.0.0.1:{http.server_port}"
        threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield provider
        finally:
            http.shutdown()
