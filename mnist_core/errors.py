"""The errors that this library raises for problems a user can fix."""


class InklingError(Exception):
    """Base of every error whose text is written for the person who caused it."""


class PictureError(InklingError):
    """The picture cannot be read: not a picture, empty, damaged, or too large."""


class DrawingSizeError(PictureError, ValueError):
    """A drawing has more strokes or points than can be read at once."""


class ExampleError(PictureError, ValueError):
    """The picture cannot be an example to learn from: it is blank, a mere dot, or no drawing."""


class LinkError(PictureError):
    """A link shows no drawing, or a drawing is too large for a link."""


class DataError(InklingError):
    """The digits cannot be loaded: no such data set, no connection, or a damaged file."""


class RecipeError(InklingError):
    """There is no such recipe, or one of its settings is out of range."""


class ModelError(InklingError):
    """The model is missing, incomplete or damaged, or its name is taken."""


class NameTakenError(ModelError):
    """There is a model of this name, which is not to be replaced."""


class RunError(InklingError):
    """There is no such run, or it cannot be resumed."""


class MissingExtraError(InklingError):
    """A library that an optional extra installs is missing."""


class LimitError(InklingError):
    """A visitor has reached a limit: on runs, queued runs, disk space or file size."""
