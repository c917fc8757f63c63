"""Settings: what whoever runs the app may change, in one place.

Each is an environment variable, INKLING_ and the setting's name in capitals. Streamlit makes
environment variables of the secrets' upper part, so they may stand there too.

    python -m ui.settings        checks them: no output, or what is wrong and status 1
"""

import os
import sys
from functools import lru_cache
from typing import get_args

from pydantic import ValidationError

from mnist_core.errors import InklingError
from ui.settings_fields import PREFIX, Settings

__all__ = ["Settings", "SettingsError", "settings"]

SECRET = {"owner_password"}
EXPECTED = {
    "home": "a folder, or the place for one",
    "deployed": "true or false",
    "owner_email": "an e-mail address, or nothing",
    "owner_password": "a line that python -m ui.owner.hash_password has written, or nothing",
}


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return f"{PREFIX}{name.upper()}"


VARIABLES = tuple(map(variable, Settings.model_fields))


class SettingsError(InklingError):
    """A setting has a value that it cannot have."""


def settings() -> Settings:
    """Return the settings, read anew when the environment has changed.

    Raises:
        SettingsError: a value is wrong; names it, and what was expected.
    """
    found = read(tuple(map(os.environ.get, VARIABLES)))  # at every stroke: so it must be quick
    if isinstance(found, str):
        raise SettingsError(found)
    return found


@lru_cache(maxsize=4)
def read(values: tuple[str | None, ...]) -> Settings | str:
    """Return the settings, or what is wrong; `values` tell when the environment has changed."""
    try:
        return Settings()
    except ValidationError as problems:
        wrong = {str(item["loc"][0]): item["input"] for item in problems.errors()}
        return "\n".join(tell(name, value) for name, value in wrong.items())


def tell(name: str, value: object) -> str:
    """Return a line that says what is wrong with a setting; never what a secret's value is."""
    received = "what is not shown here, for it is a secret" if name in SECRET else value
    return f"{variable(name)}: expected {expected(name)}. Received: {received}"


def expected(name: str) -> str:
    """Return in words what values a setting can have."""
    field = Settings.model_fields[name]
    if field.annotation is int:
        least, most = (
            getattr(bound, kind) for bound, kind in zip(field.metadata, ("ge", "le"), strict=True)
        )
        return f"a whole number from {least} to {most}"
    if choices := get_args(field.annotation):
        return f"one of: {', '.join(choices)}"
    return EXPECTED[name]


def check() -> None:
    """Exit with a message unless every setting has a value that it can have."""
    try:
        settings()
    except SettingsError as problem:
        sys.exit(f"Inkling cannot start: a setting is wrong.\n{problem}")


if __name__ == "__main__":
    check()
