"""Where Inkling's own files are, in a clone or installed from a wheel.

A wheel puts the models that ship inside the library, and the app into a folder next to it that has
the same layout as a clone.
"""

from pathlib import Path

PACKAGE = Path(__file__).absolute().parent
INSTALLED = (PACKAGE / "shipped_models").is_dir()  # only a wheel has it: see pyproject.toml
SHIPPED_MODELS = PACKAGE / "shipped_models" if INSTALLED else PACKAGE.parent / "models"
APP = PACKAGE.parent / "inkling_app" if INSTALLED else PACKAGE.parent  # with app.py, pages and ui
