"""Every setting with its default value, its bounds and its description."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from mnist_core.workspace import default_home
from ui.base.password import Password

PREFIX = "INKLING_"


class Settings(BaseSettings):
    """All settings; each is an environment variable: INKLING_ and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True)

    home: Annotated[
        Path,
        Field(
            description="The folder where everything is stored. If Inkling was installed with pip,"
            " the default is its folder in the user's data folder, such as"
            " `~/.local/share/inkling`."
        ),
    ] = default_home()
    deployed: Annotated[
        bool,
        Field(
            description="Whether other people can reach the app although it listens on localhost"
            " only, for example through a reverse proxy on the same machine."
        ),
    ] = False
    owner_email: Annotated[
        str,
        Field(
            pattern=r"^([^@\s]+@[^@\s]+)?$",
            description="The owner's e-mail address at Google, Microsoft or another provider.",
        ),
    ] = ""
    owner_password: Annotated[SecretStr, Field(description="The hash of the owner's password.")] = (
        SecretStr("")
    )
    visitor_runs: Annotated[
        int, Field(ge=0, le=1000, description="Training runs stored per visitor.")
    ] = 10
    visitor_waiting: Annotated[
        int, Field(ge=0, le=100, description="Runs per visitor that are queued or running at once.")
    ] = 2
    all_waiting: Annotated[
        int,
        Field(
            ge=0, le=1000, description="Runs of all visitors that are queued or running at once."
        ),
    ] = 20
    visitor_minutes: Annotated[
        int,
        Field(
            ge=1,
            le=1440,
            description="Minutes that a visitor's run may train. Then it is stopped and keeps its"
            " best weights so far.",
        ),
    ] = 15
    visitor_megabytes: Annotated[
        int,
        Field(
            ge=1, le=1_000_000, description="Disk space for each visitor's runs and models, in MB."
        ),
    ] = 200
    all_megabytes: Annotated[
        int,
        Field(
            ge=1, le=1_000_000, description="Disk space for all visitors' runs and models, in MB."
        ),
    ] = 4000
    visitor_days: Annotated[
        int,
        Field(
            ge=1,
            le=365,
            description="Days without a visit after which a visitor's data is deleted.",
        ),
    ] = 7
    picture_megabytes: Annotated[
        int, Field(ge=1, le=100, description="The largest picture that can be uploaded, in MB.")
    ] = 25
    csv_megabytes: Annotated[
        int,
        Field(
            ge=1,
            le=150,
            description="The largest CSV file that can be uploaded, in MB. Its upper limit is"
            " `server.maxUploadSize` in `.streamlit/config.toml`.",
        ),
    ] = 150
    collect_drawings: Annotated[
        bool,
        Field(
            description="Whether visitors are asked if the owner may collect the drawings that they"
            " have taught. Only those of visitors who agree are collected, until they withdraw."
        ),
    ] = False
    metrics_port: Annotated[
        int,
        Field(
            ge=0,
            le=65535,
            description="The port where Prometheus finds metrics, which must not be the app's; 0"
            " for none. Needs the extra `monitoring`.",
        ),
    ] = 0
    metrics_address: Annotated[
        str,
        Field(
            description="The address that metrics are served at. With another than the default,"
            " other machines reach them: let only your Prometheus through."
        ),
    ] = "127.0.0.1"
    mlflow: Annotated[
        SecretStr,
        Field(
            description="Where MLflow mirrors every training run, also those of the command line:"
            " a server such as `http://mlflow.example.org:5000`, or a folder such as"
            " `file:///srv/mlflow`. Needs the extra `monitoring`."
        ),
    ] = SecretStr("")
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Field(description="The lowest level that is logged."),
    ] = "info"
    log_format: Annotated[
        Literal["json", "text"],
        Field(description="One JSON object per line for machines, or text for people."),
    ] = "json"

    @field_validator("home")
    @classmethod
    def _may_be_a_folder(cls, value: Path) -> Path:
        if value.exists() and not value.is_dir():
            raise ValueError("it is a file")
        return value

    @field_validator("metrics_address")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        return str(ip_address(value))

    @field_validator("mlflow")
    @classmethod
    def _is_a_tracking_address(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and "://" not in value.get_secret_value():
            raise ValueError("it begins with no scheme such as http://")
        return value

    @field_validator("owner_password")
    @classmethod
    def _is_a_hash(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            Password.parse(value.get_secret_value())
        return value
