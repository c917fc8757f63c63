"""What can be set: every setting, its bounds, and the value that it has otherwise."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ui.owner.password import Password

PREFIX = "INKLING_"


class Settings(BaseSettings):
    """All settings; each is an environment variable, INKLING_ and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True)

    home: Annotated[Path, Field(description="Where everything that is written goes.")] = Path("var")
    deployed: Annotated[
        bool,
        Field(
            description="Whether others reach the app although it listens on localhost only, as"
            " behind a reverse proxy on the same machine."
        ),
    ] = False
    owner_email: Annotated[
        str,
        Field(
            pattern=r"^([^@\s]+@[^@\s]+)?$",
            description="Who is the owner when signed in with Google, Microsoft or the like.",
        ),
    ] = ""
    owner_password: Annotated[SecretStr, Field(description="What the owner may sign in with.")] = (
        SecretStr("")
    )
    visitor_runs: Annotated[
        int, Field(ge=0, le=1000, description="Runs that are kept for each visitor.")
    ] = 10
    visitor_waiting: Annotated[
        int, Field(ge=0, le=100, description="Runs of one visitor that wait or train at once.")
    ] = 2
    all_waiting: Annotated[
        int, Field(ge=0, le=1000, description="Runs that wait or train at once, everybody's.")
    ] = 20
    visitor_minutes: Annotated[
        int,
        Field(
            ge=1,
            le=1440,
            description="Minutes that a visitor's run may train; then it is stopped, and keeps the"
            " best it has.",
        ),
    ] = 15
    visitor_megabytes: Annotated[
        int, Field(ge=1, le=1_000_000, description="Disk for one visitor's runs and models.")
    ] = 200
    all_megabytes: Annotated[
        int, Field(ge=1, le=1_000_000, description="Disk for all visitors' runs and models.")
    ] = 4000
    visitor_days: Annotated[
        int,
        Field(ge=1, le=365, description="Days without a visit, then a visitor's space is removed."),
    ] = 7
    picture_megabytes: Annotated[
        int, Field(ge=1, le=100, description="The largest picture that may be uploaded.")
    ] = 25
    csv_megabytes: Annotated[
        int,
        Field(
            ge=1,
            le=150,
            description="The largest CSV that may be uploaded. The bound is `server.maxUploadSize`"
            " in `.streamlit/config.toml`.",
        ),
    ] = 150
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Field(description="What is logged: this, and what is worse."),
    ] = "info"
    log_format: Annotated[
        Literal["json", "text"],
        Field(description="One JSON object a line for machines, or text for people."),
    ] = "json"

    @field_validator("home")
    @classmethod
    def _may_be_a_folder(cls, value: Path) -> Path:
        if value.exists() and not value.is_dir():
            raise ValueError("it is a file")
        return value

    @field_validator("owner_password")
    @classmethod
    def _is_a_hash(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            Password.parse(value.get_secret_value())
        return value
