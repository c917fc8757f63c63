"""The file uploaders of a page, each by its label."""

from playwright.sync_api import Locator, Page


def uploader(page: Page, label: str) -> Locator:
    """Return what takes the file that has this label on the page.

    Its place tells nothing: while a page is drawn anew, what stood there before is still shown.
    """
    return page.get_by_role("region", name=label).locator("input[type=file]")
