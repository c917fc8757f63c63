"""A meter counts what the app does: by default nothing, or for Prometheus (`ui.server.metrics`)."""


class Meter:
    """Receives what happens. This one ignores it, so that counting costs nothing by default."""

    is_on = False

    def stroke(self, verdict: str, seconds: float) -> None:
        """Called when a new drawing or picture was read on Draw.

        Args:
            verdict: the answer: a verdict, or "number".
            seconds: how long the server took for all of the answer.
        """

    def refusal(self, kind: str) -> None:
        """Called when a visitor is shown an error; `kind` is its class."""

    def unexpected_error(self) -> None:
        """Called when an error is logged that nobody expected."""

    def page(self, name: str) -> None:
        """Called when a visitor opens a page."""

    def run(self, state: str) -> None:
        """Called when a training run has changed its state."""


OFF = Meter()
_meters = [OFF]


def meter() -> Meter:
    """Return the meter in use."""
    return _meters[-1]


def use_meter(chosen: Meter) -> None:
    """Let `meter` return this one from now on."""
    _meters[:] = [chosen]
