"""Writes docs/configuration.md: docs/configuration.in.md with the table of all settings.

python -m ui.settings_docs
"""

from pathlib import Path

from ui.base.settings import SECRET, expected, variable
from ui.base.settings_fields import Settings

DOCS = Path(__file__).parents[2] / "docs"
PAGE = DOCS / "configuration.md"


def page() -> str:
    """Return the text of the page, with the table filled in."""
    text = (DOCS / "configuration.in.md").read_text(encoding="utf-8")
    return text.replace("{{settings}}", table())


def table() -> str:
    """Return the table of all settings, in Markdown."""
    rows = ["| variable | default | valid values | what it sets |", "|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if name in SECRET else field.default
        text = str(default).lower() if isinstance(default, bool) else str(default)
        value = f"`{text}`" if text else "empty"
        rows.append(f"| `{variable(name)}` | {value} | {expected(name)} | {field.description} |")
    return "\n".join(rows)


def write_page() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write_page()
