"""Logging: one line per event for the host's log, and the latest errors for the Status page.

An event is a few words and plain facts. These never include a drawing, the name of a visitor's file
or a secret. A session is identified by a hash that tells visits apart, but not who the visitor is.
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

from ui.base.settings_fields import Settings

Fact = str | int | float | bool | None

LOGGER = logging.getLogger("inkling")
MAX_FACT = 500  # characters
MAX_TRACEBACK = 8_000  # characters
MAX_RECENT = 50  # events
EMBEDDED = re.compile(r"data:[\w/+.-]*;base64,[\w+/=]+")  # pictures inside a URL


class LineFormatter(logging.Formatter):
    """Formats an event as one line, whatever its facts contain."""

    def __init__(self, style: str) -> None:
        super().__init__()
        self.as_json = style == "json"

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        fields = event_fields(record)
        if self.as_json:
            return json.dumps(
                fields
            )  # ASCII: no fact can break the line or send codes to a terminal
        time, level, event = (fields.pop(key) for key in ("time", "level", "event"))
        trace = fields.pop("traceback", None)
        facts = " ".join(f"{key}={json.dumps(value)}" for key, value in fields.items())
        return f"{time} {level:7} {event} {facts}".rstrip() + (f"\n{trace}" if trace else "")


class Recent(logging.Handler):
    """Keeps the latest warnings and errors for the Status page."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.events: deque[dict[str, Any]] = deque(maxlen=MAX_RECENT)

    def emit(self, record: logging.LogRecord) -> None:
        """Store an event."""
        self.events.appendleft(event_fields(record))


RECENT = Recent()


def event_fields(record: logging.LogRecord) -> dict[str, Any]:
    """Return an event as a dict of plain values."""
    time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
    fields = {"time": time, "level": record.levelname.lower(), "event": record.getMessage()}
    facts = getattr(record, "facts", {})
    fields |= {key: value for key, value in facts.items() if value is not None}
    if record.exc_info and record.exc_info[1]:
        fields["traceback"] = trace(record.exc_info[1])
    return fields


def trace(error: BaseException) -> str:
    """Return an error's traceback, without any pictures that are part of its text."""
    lines = "".join(traceback.format_exception(error))
    return EMBEDDED.sub("(a picture)", lines)[-MAX_TRACEBACK:]


def configure(settings: Settings) -> None:
    """Set up logging as the settings say; does nothing if they have not changed."""
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
    """Writes events to standard error, where hosts look for them."""

    current: "Handler | None" = None

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.setFormatter(LineFormatter(settings.log_format))

    def emit(self, record: logging.LogRecord) -> None:
        """Write an event to the current standard error, which may have been replaced."""
        self.stream = sys.stderr
        super().emit(record)


def log(event: str, level: int = logging.INFO, **facts: Fact) -> None:
    """Log an event of this session.

    Args:
        event: what happened, such as "page opened".
        level: a level of `logging`.
        facts: more about it, such as a run's id; long texts are truncated.
    """
    LOGGER.log(level, event, extra={"facts": {"session": session_hash(), **truncate(facts)}})


def log_error(error: BaseException) -> str:
    """Log an unexpected error; return the number that identifies it in the log."""
    number = secrets.token_hex(4)
    facts = {"session": session_hash(), "error": number, "kind": type(error).__name__}
    LOGGER.error("unexpected error", exc_info=error, extra={"facts": facts})
    return number


def truncate(facts: dict[str, Fact]) -> dict[str, Fact]:
    """Return facts with long texts truncated."""
    return {
        key: value[:MAX_FACT] if isinstance(value, str) else value for key, value in facts.items()
    }


def session_hash() -> str | None:
    """Return a short hash of the session id; None outside of a session."""
    context = get_script_run_ctx(suppress_warning=True)
    if context is None:
        return None
    return hashlib.sha256(context.session_id.encode()).hexdigest()[:8]
