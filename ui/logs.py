"""What happened, one line an event: for a host's log, and the last problems for the owner.

An event is a few words and plain facts. No drawing, no file that a visitor named and no secret is
ever among them; of a visitor there is a mark that tells visits apart, not who it is.
"""

import hashlib
import json
import logging
import re
import secrets
import sys
import traceback
from collections import deque
from datetime import UTC, datetime
from typing import Any

from streamlit.runtime.scriptrunner import get_script_run_ctx

from ui.settings import Settings

Fact = str | int | float | bool | None

LOGGER = logging.getLogger("inkling")
LONGEST = 500  # characters of a fact
LONGEST_TRACE = 8_000
KEPT = 50
EMBEDDED = re.compile(r"data:[\w/+.-]*;base64,[\w+/=]+")  # pictures inside an address


class Lines(logging.Formatter):
    """Writes an event as one line, whatever its facts hold."""

    def __init__(self, style: str) -> None:
        super().__init__()
        self.as_json = style == "json"

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told = described(record)
        if self.as_json:
            return json.dumps(told)  # in ASCII: no fact can break the line or colour a terminal
        time, level, event = (told.pop(key) for key in ("time", "level", "event"))
        trace = told.pop("traceback", None)
        facts = " ".join(f"{key}={json.dumps(value)}" for key, value in told.items())
        return f"{time} {level:7} {event} {facts}".rstrip() + (f"\n{trace}" if trace else "")


class Recent(logging.Handler):
    """Keeps the last problems for the Status page."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.events: deque[dict[str, Any]] = deque(maxlen=KEPT)

    def emit(self, record: logging.LogRecord) -> None:
        """Keep an event."""
        self.events.appendleft(described(record))


RECENT = Recent()


def described(record: logging.LogRecord) -> dict[str, Any]:
    """Return an event as plain values."""
    time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    told = {"time": time, "level": record.levelname.lower(), "event": record.getMessage()}
    facts = getattr(record, "facts", {})
    told |= {key: value for key, value in facts.items() if value is not None}
    if record.exc_info and record.exc_info[1]:
        told["traceback"] = trace(record.exc_info[1])
    return told


def trace(error: BaseException) -> str:
    """Return where an error came from; of what it says, nothing that could be a drawing."""
    lines = "".join(traceback.format_exception(error))
    return EMBEDDED.sub("(a picture)", lines)[-LONGEST_TRACE:]


def configure(settings: Settings) -> None:
    """Log as the settings say, from now on."""
    if (handler := Handler.current) and handler.settings == settings:
        return
    for old in [*LOGGER.handlers]:
        LOGGER.removeHandler(old)
    Handler.current = Handler(settings)
    LOGGER.addHandler(Handler.current)
    LOGGER.addHandler(RECENT)
    LOGGER.setLevel(settings.log_level.upper())
    LOGGER.propagate = False


class Handler(logging.StreamHandler[Any]):
    """Writes events where a host looks for them."""

    current: "Handler | None" = None

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.setFormatter(Lines(settings.log_format))

    def emit(self, record: logging.LogRecord) -> None:
        """Write an event to what is standard error by now."""
        self.stream = sys.stderr
        super().emit(record)


def log(event: str, level: int = logging.INFO, **facts: Fact) -> None:
    """Log an event of this visit.

    Args:
        event: what happened, such as "page opened".
        level: how bad it is, as `logging` counts.
        facts: what else is known, such as a run's id; long texts are cut.
    """
    LOGGER.log(level, event, extra={"facts": {"session": session(), **shortened(facts)}})


def log_error(error: BaseException) -> str:
    """Log an error that nobody expected; return the number by which it is found again."""
    number = secrets.token_hex(4)
    facts = {"session": session(), "error": number, "kind": type(error).__name__}
    LOGGER.error("unexpected error", exc_info=error, extra={"facts": facts})
    return number


def shortened(facts: dict[str, Fact]) -> dict[str, Fact]:
    """Return facts with long texts cut."""
    return {
        key: value[:LONGEST] if isinstance(value, str) else value for key, value in facts.items()
    }


def session() -> str | None:
    """Return a mark of this visit, which leads nowhere; None outside of any."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return None
    return hashlib.sha256(context.session_id.encode()).hexdigest()[:8]
