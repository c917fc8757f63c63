"""Metrics for Prometheus, on a port of their own, if INKLING_METRICS_PORT is set.

No visitor can reach them by accident: they are not on the app's port, and their address is this
machine unless INKLING_METRICS_ADDRESS says otherwise. Names follow Prometheus's own rules
(https://prometheus.io/docs/practices/naming/). No label says who a visitor is.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, get_args

import psutil
import streamlit as st
from streamlit.runtime import Runtime

from mnist_core import __version__
from mnist_core.runs.memory import free_memory
from mnist_core.runs.status import State
from mnist_core.workspace import free_disk
from ui.base.logs import log
from ui.base.meter import OFF, Meter, use_meter
from ui.base.settings import settings
from ui.server.run_events import RunEvents

ANSWERS = ("digit", "unsure", "not a digit", "blank", "number")
SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # upper bounds of the histogram
SESSIONS = "active_sessions"  # the name of this figure among Streamlit's own


@contextmanager
def exported_metrics(events: RunEvents) -> Iterator[None]:
    """Serve metrics for as long as the server runs, if the owner has chosen a port.

    Args:
        events: what knows the states of all runs.
    """
    chosen = settings()
    if not chosen.metrics_port:
        yield
        return
    from prometheus_client import CollectorRegistry, start_http_server

    registry = CollectorRegistry()
    port, address = chosen.metrics_port, chosen.metrics_address
    place = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    try:
        if port == st.get_option("server.port"):
            raise OSError("it is the port of the app")
        server, thread = start_http_server(port, address, registry)
    except OSError as problem:  # the app is worth more than its metrics
        log("no metrics", logging.ERROR, address=place, reason=problem.strerror or str(problem))
        yield
        return
    use_meter(PrometheusMeter(registry, events))
    log("metrics served", address=f"http://{place}/metrics")
    try:
        yield
    finally:
        use_meter(OFF)
        server.shutdown()
        server.server_close()
        thread.join(timeout=1)


class PrometheusMeter(Meter):
    """Counts for Prometheus. A figure that is read off the machine is read when it is asked for."""

    is_on = True

    def __init__(self, registry: Any, events: RunEvents) -> None:
        from prometheus_client import Counter, Gauge, Histogram, Info, ProcessCollector

        ProcessCollector(registry=registry)  # the server's processor time, memory and open files
        Info("inkling_build", "The version", registry=registry).info({"version": __version__})
        self.strokes = Counter(
            "inkling_strokes", "Strokes and pictures read on Draw", ["verdict"], registry=registry
        )
        self.answer_seconds = Histogram(
            "inkling_answer_seconds",
            "Time that the server takes for the answer to a stroke",
            buckets=SECONDS,
            registry=registry,
        )
        self.refusals = Counter(
            "inkling_refusals", "Errors that visitors were shown", ["kind"], registry=registry
        )
        self.errors = Counter("inkling_unexpected_errors", "Unexpected errors", registry=registry)
        self.pages = Counter("inkling_pages_opened", "Pages opened", ["page"], registry=registry)
        self.changes = Counter(
            "inkling_run_changes",
            "Runs that reached a state",
            ["state"],
            registry=registry,
        )
        runs = Gauge("inkling_runs", "Training runs by state", ["state"], registry=registry)
        for state in get_args(State):
            runs.labels(state).set_function(counted_in(events, state))
            self.changes.labels(state)  # a series that begins with 0 shows its first event too
        for verdict in ANSWERS:
            self.strokes.labels(verdict)
        for name, text, read in (
            ("inkling_visits_open", "Browser tabs that have the app open", open_visits),
            ("inkling_memory_bytes", "Memory of the server", server_memory),
            ("inkling_memory_free_bytes", "Memory that is free for training", free_memory),
            ("inkling_disk_free_bytes", "Disk space that is free for runs and models", free_disk),
        ):
            Gauge(name, text, registry=registry).set_function(read)

    def stroke(self, verdict: str, seconds: float) -> None:
        """Count a reading and its time."""
        self.strokes.labels(verdict).inc()
        self.answer_seconds.observe(seconds)

    def refusal(self, kind: str) -> None:
        """Count an error that a visitor was shown."""
        self.refusals.labels(kind).inc()

    def unexpected_error(self) -> None:
        """Count an unexpected error."""
        self.errors.inc()

    def page(self, name: str) -> None:
        """Count a page that was opened."""
        self.pages.labels(name).inc()

    def run(self, state: str) -> None:
        """Count a run that has reached a state."""
        self.changes.labels(state).inc()


def counted_in(events: RunEvents, state: str) -> Callable[[], float]:
    """Return a function that counts the runs in a state, as they were when last looked at."""
    return lambda: sum(known == state for _, known in events.seen.values())


def open_visits() -> float:
    """Return how many browser tabs have the app open."""
    if not Runtime.exists():
        return 0
    (found,) = Runtime.instance().stats_mgr.get_stats([SESSIONS]).get(SESSIONS, [None])
    return float(getattr(found, "value", 0))


def server_memory() -> float:
    """Return how many bytes of memory the server's process uses."""
    return float(psutil.Process().memory_info().rss)
