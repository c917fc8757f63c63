"""The versions of the installed libraries, without loading them."""

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version

# The libraries that a trained model and its figures depend on. TensorFlow has two names.
LIBRARIES = (
    "tensorflow",
    "tensorflow-cpu",
    "keras",
    "scikit-learn",
    "ai-edge-litert",
    "numpy",
    "opencv-python-headless",
)


def installed_versions(libraries: Iterable[str] = LIBRARIES) -> dict[str, str]:
    """Return the version of each library that is installed, in the order given."""
    found = {}
    for name in libraries:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
