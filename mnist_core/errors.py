"""The errors this library raises for what a user can put right."""


class InklingError(Exception):
    """Base of every error whose text is written for the person who caused it."""


class PictureError(InklingError):
    """The picture cannot be read: not a picture, empty, damaged, or too large."""


class DataError(InklingError):
    """The digits cannot be had: no such set, no network, or a damaged file."""


class RecipeError(InklingError):
    """There is no such recipe, or one of its settings is out of range."""


class ModelError(InklingError):
    """The model is missing, incomplete or damaged, or its name is taken."""


class RunError(InklingError):
    """There is no such run, or it cannot be resumed."""


class LimitError(InklingError):
    """A visitor wants more than they may have: runs, a place in the queue, disk, a file."""
