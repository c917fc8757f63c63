"""Writes the table of all settings into the documentation.

python -m ui.settings_docs
"""

from pathlib import Path

from ui.settings import SECRET, Settings, expected, variable

DOCS = Path(__file__).parents[1] / "docs"
PAGE = DOCS / "configuration.md"


def page() -> str:
    """Return the page on configuration, with the table in its place."""
    text = (DOCS / "configuration.in.md").read_text(encoding="utf-8")
    return text.replace("{{settings}}", table())


def table() -> str:
    """Return the table of all settings, in Markdown."""
    rows = ["| variable | default | may be | what it does |", "|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "" if name in SECRET else field.default
        told = str(default).lower() if isinstance(default, bool) else str(default)
        value = f"`{told}`" if told else "nothing"
        rows.append(f"| `{variable(name)}` | {value} | {expected(name)} | {field.description} |")
    return "\n".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
