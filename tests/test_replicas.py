"""Three servers on one data root behind the balancer, and one of them dies."""

import signal
from pathlib import Path

import psutil
import pytest
from helpers.coroutines import run_apart
from helpers.waiting import wait_for

from benchmarks.soak.crowd import arrive
from benchmarks.soak.replicas import Replicas, draw_alone, draw_while_one_dies
from benchmarks.soak.sign_ins import OWNER, OWNERS_PAGE, count_sign_ins
from benchmarks.soak.uploads import EACH, count_uploads
from devtools.balancer import find_haproxy
from devtools.identity_provider import providing
from mnist_core.hand.stored import StoredHand, hand_file
from mnist_core.recipes.catalog import find_recipe
from mnist_core.runs.run import Run
from mnist_core.runs.store import new_run

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not find_haproxy(), reason="HAProxy is not installed"),
]
TO_TRAIN = 60.0  # seconds for a short training on a busy machine, TensorFlow's start included


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="module")
def replicas(home: Path):
    with providing() as provider, Replicas(home, provider.url) as started:
        provider.email = OWNER
        yield started


@pytest.fixture(autouse=True)
def data_root(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The replicas' own."""
    monkeypatch.setenv("INKLING_HOME", str(home))
    return home


def test_a_browser_stays_with_its_replica_and_newcomers_go_where_there_are_fewest(replicas):
    async def visit() -> None:
        streams = [await arrive(replicas) for _ in range(6)]
        cookies = [stream.page.cookie for stream in streams]
        assert sorted(map(cookies.count, set(cookies))) == [2, 2, 2]
        for stream in streams:
            session = stream.page.session
            await stream.close()
            again = await type(stream).open(replicas.url, stream.page)
            await again.load()
            assert again.page.session == session  # only the same server knows it
            assert again.page.cookie in cookies
            await again.close()

    run_apart(visit())


def test_uploads_arrive_at_the_replica_that_waits_for_them(replicas):
    uploads = run_apart(count_uploads(replicas.url, 6))
    assert (uploads.done, uploads.problems) == (6 * EACH, [])


def test_people_sign_in_through_the_balancer(replicas):
    async def links_of_a_stranger() -> list[str]:
        stream = await arrive(replicas)
        await stream.close()
        return stream.page.links

    links = run_apart(links_of_a_stranger())
    assert "curves" in links
    assert OWNERS_PAGE not in links
    sign_ins = run_apart(count_sign_ins(replicas.url, 4))
    assert (sign_ins.done, sign_ins.problems) == (4, [])


def test_visitors_of_a_replica_that_is_killed_draw_on_at_another_one(replicas):
    _, expected = run_apart(draw_alone(replicas))
    moves = run_apart(draw_while_one_dies(replicas, 6, 12, expected))
    assert moves.problems == []
    assert moves.moved == 2
    assert all(server.process.is_running() for server in replicas.servers)


@pytest.mark.tensorflow
def test_the_queue_goes_on_where_a_replica_dies_and_nothing_stored_is_lost(replicas, be, seven):
    short = find_recipe("tutorial-mlp").with_settings(["epochs=1"])
    long = find_recipe("tutorial-mlp").with_settings(["epochs=1000"])
    of_b = StoredHand(hand_file(be("b")))
    with of_b.changing() as hand:
        hand.add(seven, 4)
    be("a")
    first = new_run(long, "uci-digits", state="queued")  # no page is open: all of them look
    wait_for(lambda: first.status().trained_epochs > 1, TO_TRAIN)
    be("b")
    second = new_run(short, "uci-digits", "mine", state="queued")
    dying = server_of(first, replicas)
    dying.stop(signal.SIGKILL)
    try:
        wait_for(lambda: second.status().state == "finished", TO_TRAIN)
    finally:
        dying.start()
    assert second.model == second.workspace / "models" / "mine"
    assert first.status().state in ("interrupted", "stopped")
    assert first.status().trained_epochs > 1
    assert first.checkpoint.exists()
    assert [example.label for example in of_b.current().examples] == [4]


def server_of(run: Run, replicas: Replicas):
    """Return the server that has started a run."""
    parent = psutil.Process(int(run.pid_file.read_text())).ppid()
    return next(server for server in replicas.servers if server.process.pid == parent)
