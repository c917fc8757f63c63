"""Ask the app in this container how it is: `python -m deploy.health` ends with 0 if it is well."""

import os
import sys
import urllib.request

TIMEOUT = 4  # seconds


def own_address() -> str:
    """Return where the app of this container is, by its port and sub-path."""
    port = os.environ.get("STREAMLIT_SERVER_PORT", "8501")
    path = os.environ.get("STREAMLIT_SERVER_BASE_URL_PATH", "").strip("/")
    return f"http://127.0.0.1:{port}/{path}"


def is_well(address: str) -> bool:
    """Tell whether the app at an address answers that it is well."""
    try:
        with urllib.request.urlopen(
            f"{address.rstrip('/')}/_stcore/health", timeout=TIMEOUT
        ) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(None if is_well(own_address()) else "Inkling does not answer.")
