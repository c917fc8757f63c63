"""Reading in bulk on a Ray cluster: the same file, also after a worker was killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest
from helpers.waiting import wait_for

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
READ = """
import sys
from mnist_core.bulk import job
from mnist_core.cli.main import main
job.BATCHES = 1
main(sys.argv[1:])
"""


def command(source: Path, output: Path, *options: str) -> list[str]:
    arguments = ["read", "--model", "quick-cnn", "--many", str(source), "-o", str(output)]
    return [sys.executable, "-c", READ, *arguments, "--workers", "2", *options]


def actors(driver: int) -> list[psutil.Process]:
    """Return the processes that answer batches for a driver."""
    found = []
    for process in psutil.Process(driver).children(recursive=True):
        try:
            if "Answerer" in " ".join(process.cmdline()):
                found.append(process)
        except psutil.Error:  # it has just ended
            continue
    return found


def test_a_killed_worker_changes_nothing(uci, tmp_path):
    digits = tmp_path / "digits"
    digits.mkdir()
    np.savez(digits / "a.npz", X=np.concatenate([uci.images] * 6))
    np.savez(digits / "b.npz", X=uci.images[:600])
    here, there = tmp_path / "here.parquet", tmp_path / "there.parquet"
    environment = {**os.environ, "RAY_ADDRESS": "local"}
    with subprocess.Popen(
        command(digits, there, "--on", "ray"), cwd=ROOT, stderr=subprocess.PIPE, env=environment
    ) as driver:
        first = tmp_path / "there.parquet.parts" / "part-00000.parquet"
        wait_for(lambda: first.exists() or driver.poll() is not None, at_most=180)
        killed = actors(driver.pid)
        assert killed, "the answers come from actors"
        killed[0].send_signal(signal.SIGKILL)
        _, errors = driver.communicate(timeout=300)
        assert driver.returncode == 0, errors.decode()
    assert subprocess.run(command(digits, here), cwd=ROOT).returncode == 0
    assert there.read_bytes() == here.read_bytes()


def test_what_is_wrong_with_a_source_is_said_as_here(tmp_path):
    (tmp_path / "a.csv").write_text("1,2,3\n")
    done = subprocess.run(
        command(tmp_path / "a.csv", tmp_path / "out.parquet", "--on", "ray"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "RAY_ADDRESS": "local"},
    )
    assert done.returncode == 1
    assert "a.csv, row 1" in done.stderr and "Traceback" not in done.stderr
