"""What the first page needs, imported while its browser still loads Streamlit's scripts."""

import ast
import threading
from importlib import import_module
from pathlib import Path

from ui.base.logs import log_error
from ui.server.memory import collect_less_often

DRAW = Path(__file__).parents[2] / "pages" / "draw.py"


def preload() -> None:
    """Start importing what Draw needs, in a thread that no request waits for."""
    threading.Thread(target=import_all, name="preload", daemon=True).start()


def import_all() -> None:
    """Import Draw's modules, and pandas: with that, Streamlit hands on what a component sends."""
    try:
        for name in (*imported_by(DRAW), "pandas"):
            import_module(name)
    except Exception as problem:  # the pages that need it will fail as well
        log_error(problem)
    finally:
        collect_less_often()  # what is there now stays


def imported_by(page: Path) -> list[str]:
    """Return the modules that a page imports names from."""
    nodes = ast.walk(ast.parse(page.read_bytes()))
    return [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
