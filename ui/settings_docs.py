"""`python -m ui.settings_docs`: the command's name in people's notes, kept."""

from ui.base.settings_docs import write_page

if __name__ == "__main__":
    write_page()
