"""The optional dependencies: reading digits needs neither TensorFlow nor Streamlit."""

from importlib.util import find_spec

from mnist_core.errors import MissingExtraError
from mnist_core.installation import INSTALLED

TRAIN = ("tensorflow", "keras", "scipy", "sklearn", "tf2onnx", "onnx")
EXTRAS = {  # names of modules; pyproject.toml has the names of the packages
    "train": TRAIN,
    "app": (
        *("streamlit", "streamlit_drawable_canvas", "vl_convert"),
        *("pydantic_settings", "authlib", "httpx", "reportlab", "segno"),
        *TRAIN,
    ),
    "formats": ("pillow_heif", "pyarrow"),
    "cluster": ("pyarrow", "fsspec", "s3fs", "ray", "optuna"),
    "monitoring": ("prometheus_client", "tensorboardX", "mlflow"),
}


def require(extra: str, *modules: str) -> None:
    """Raise if an extra is not installed; call this before importing anything from it.

    Args:
        extra: "train", "app", "formats", "cluster" or "monitoring".
        modules: the modules that are needed; if none is named, all of the extra. None is loaded.

    Raises:
        MissingExtraError: a module is not installed; the message says how to install it.
    """
    for module in modules or EXTRAS[extra]:
        if find_spec(module) is None:
            raise MissingExtraError(
                f"This needs {module}, which is not installed. To install it: {how_to_get(extra)}"
            )


def is_installed(module: str) -> bool:
    """Return whether a module of an extra can be imported; it is not loaded."""
    try:
        return find_spec(module) is not None
    except ValueError:  # a module that was put in its place says nothing of where it is from
        return False


def how_to_get(extra: str) -> str:
    """Return the pip command that installs an extra, for a wheel or for a clone."""
    return f"pip install '{'inkling' if INSTALLED else '.'}[{extra}]'"
