"""What the first page needs, loaded while its browser still loads Streamlit's scripts."""

import ast
import threading
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from streamlit.errors import StreamlitAPIException

from mnist_core.errors import InklingError

DRAW = Path(__file__).parents[2] / "pages" / "draw.py"


def preload() -> None:
    """Start loading what Draw needs, in a thread that no request waits for."""
    threading.Thread(target=load, daemon=True).start()


def load() -> None:
    """Import Draw's modules and load the default reader; a page says what is wrong with either."""
    for name in (*imported_by(DRAW), "pandas"):  # Streamlit hands a component's values on with it
        with suppress(StreamlitAPIException):  # it has not found that component yet
            import_module(name)
    from mnist_core.models.registry import default_model
    from ui.components.resources import load_named_reader

    with suppress(InklingError):
        load_named_reader(default_model())


def imported_by(page: Path) -> list[str]:
    """Return the modules that a page imports names from."""
    nodes = ast.walk(ast.parse(page.read_bytes()))
    return [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
