"""The processors of this machine that this process may use."""

import os


def cores() -> int:
    """Return how many cores this process may run on, at least 1."""
    if hasattr(os, "process_cpu_count"):  # since Python 3.13
        return os.process_cpu_count() or 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
