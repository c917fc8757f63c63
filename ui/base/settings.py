"""Settings: what the owner of the app can change.

Each is an environment variable: INKLING_ and the setting's name in capitals. Streamlit turns the
top-level secrets into environment variables, so they can be set there too.

    python -m ui.base.settings        checks them: no output, or what is wrong and status 1
"""

import os
import sys
from functools import lru_cache
from typing import get_args

from pydantic import ValidationError

from mnist_core.errors import InklingError, MissingExtraError
from mnist_core.extras import require
from ui.base.settings_fields import PREFIX, Settings

SECRET = {"owner_password", "mlflow"}  # an address may hold a password
EXTRAS = {"metrics_port": "prometheus_client", "mlflow": "mlflow"}  # what a setting needs, if set
EXPECTED = {
    "home": "a folder, which need not exist yet",
    "collect_drawings": "true or false",
    "deployed": "true or false",
    "metrics_address": "an IP address of this machine, such as 127.0.0.1",
    "mlflow": "an address that begins with http://, https:// or file://, or empty",
    "owner_email": "an e-mail address, or empty",
    "owner_password": "a line written by python -m ui.owner.hash_password, or empty",
}


def variable(name: str) -> str:
    """Return the name of a setting's environment variable."""
    return f"{PREFIX}{name.upper()}"


VARIABLES = tuple(map(variable, Settings.model_fields))


class SettingsError(InklingError):
    """A setting has an invalid value."""


def settings() -> Settings:
    """Return the settings, read again if the environment has changed.

    Raises:
        SettingsError: a value is invalid; says which one and what was expected.
    """
    # Cached, because it runs with every stroke that a visitor draws.
    result = read(tuple(map(os.environ.get, VARIABLES)))
    if isinstance(result, str):
        raise SettingsError(result)
    return result


@lru_cache(maxsize=4)
def read(values: tuple[str | None, ...]) -> Settings | str:
    """Return the settings, or a text that says what is wrong; `values` is the cache's key."""
    try:
        return Settings()
    except ValidationError as problems:
        wrong = {str(item["loc"][0]): item["input"] for item in problems.errors()}
        return "\n".join(describe_problem(name, value) for name, value in wrong.items())


def describe_problem(name: str, value: object) -> str:
    """Return a line that says what is wrong with a setting, without the value of a secret."""
    received = "a secret, which is not shown here" if name in SECRET else value
    return f"{variable(name)}: expected {expected(name)}. Received: {received}"


def expected(name: str) -> str:
    """Return a description of a setting's valid values."""
    field = Settings.model_fields[name]
    if field.annotation is int:
        low, high = (
            getattr(bound, kind) for bound, kind in zip(field.metadata, ("ge", "le"), strict=True)
        )
        return f"a whole number from {low} to {high}"
    if choices := get_args(field.annotation):
        return f"one of: {', '.join(choices)}"
    return EXPECTED[name]


def check() -> None:
    """Exit with a message if a setting is invalid, or needs an extra that is not installed."""
    try:
        chosen = settings()
    except SettingsError as problem:
        sys.exit(f"Inkling cannot start: a setting is invalid.\n{problem}")
    for name, module in EXTRAS.items():
        if getattr(chosen, name):
            try:
                require("monitoring", module)
            except MissingExtraError as problem:
                sys.exit(f"Inkling cannot start: {variable(name)} is set. {problem}")


if __name__ == "__main__":
    check()
