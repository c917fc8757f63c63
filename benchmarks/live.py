"""Reading while one draws: how well browser and server agree, how fast it is, what it weighs.

The drawings are digits by the writers that are used for reports only, with the pens of the Draw
page. How fast it is, Chromium is asked: as it is, and with its own throttle, four times slower.
"""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
from playwright.sync_api import Browser, CDPSession

from benchmarks.result import Result, share_of
from benchmarks.serving import quiet_server
from devtools.browser import chromium
from devtools.live import find_node, read_live
from devtools.server import APP, ROOT
from devtools.visitor import Visitor
from mnist_core import Reader, Reading, load_reader
from mnist_core.data.characters import load_characters, local_characters
from mnist_core.data.datasets import load_dataset
from mnist_core.data.mnist import local_mnist
from mnist_core.data.pens import load_pens, local_pens
from mnist_core.inference.calibration import probabilities_of
from mnist_core.pictures import Picture
from mnist_core.synthesis.pen_drawings import TEST_WRITERS, draw_on_canvas
from mnist_core.synthesis.strangers import digits_of, reported_characters
from ui.components.pictures import INK_TO_PAPER

SEED = 1
DRAWINGS = 6_000
DIGITS = 1_000  # of MNIST, for the network alone
PENS = (8, 16, 26)  # pixels, of the Draw page
STROKES = 8
SECONDS = 2.5  # that a stroke takes
FIRST_INK = 20  # pixels of the paper
# What the page notes: when a stroke had its first 20 pixels, when it was read, and every frame.
NOTE = """
window.notes = { ink: [], readings: [], frames: [], way: 0, last: null };
const note = window.notes;
document.addEventListener("pointerdown", (event) => {
  note.way = 0;
  note.last = [event.clientX, event.clientY];
}, true);
document.addEventListener("pointermove", (event) => {
  if (!event.buttons) return;
  const paper = document.querySelector(".st-key-paper").getBoundingClientRect();
  const moved = Math.hypot(event.clientX - note.last[0], event.clientY - note.last[1]);
  const before = note.way;
  note.way += moved * 280 / paper.width;
  note.last = [event.clientX, event.clientY];
  if (before < FIRST_INK && note.way >= FIRST_INK) note.ink.push(event.timeStamp);
}, true);
document.addEventListener("inkling-live", ({ detail }) => {
  if (detail) note.readings.push(performance.now());
});
const frame = (now) => { note.frames.push(now); requestAnimationFrame(frame); };
requestAnimationFrame(frame);
""".replace("FIRST_INK", str(FIRST_INK))
# A pen that goes round once, evenly: moved by the page itself, at every frame. From outside, the
# messages of each move would take their time too.
STROKE = """async (duration) => {
  const paper = document.querySelector(".st-key-paper");
  const roots = [...paper.querySelectorAll("*")].map((each) => each.shadowRoot).filter(Boolean);
  const [canvas] = roots.flatMap((root) => [...root.querySelectorAll("canvas.upper-canvas")]);
  const box = canvas.getBoundingClientRect();
  const send = (kind, share) => {
    const angle = share * 2 * Math.PI;
    const place = {
      clientX: box.x + box.width * (0.5 + 0.25 * Math.sin(angle)),
      clientY: box.y + box.height * (0.5 - 0.25 * Math.cos(angle)),
      button: 0, buttons: 1, bubbles: true, composed: true, cancelable: true,
    };
    canvas.dispatchEvent(new PointerEvent(`pointer${kind}`, { ...place, isPrimary: true }));
    canvas.dispatchEvent(new MouseEvent(`mouse${kind}`, place));
  };
  const begun = performance.now();
  send("down", 0);
  for (let now = begun; now < begun + duration; ) {
    now = await new Promise(requestAnimationFrame);
    send("move", Math.min(Math.max(now - begun, 0) / duration, 1));
  }
  const notes = structuredClone(window.notes);
  send("up", 1);
  return notes;
}"""


def measure_live() -> list[Result]:
    """Return the figures, as far as Node.js, Chromium and the data are on this machine."""
    results = []
    if not find_node():
        print("skip agreement of live reading: Node.js is not installed")
    else:
        reader = load_reader()
        results += agreement(reader, drawings(DRAWINGS))
        if local_mnist():
            results.append(network_alone(reader, load_dataset("mnist").test.images[:DIGITS]))
    return results + in_chromium()


def drawings(most: int) -> Picture:
    """Return at most so many digits on the canvas, uint8 (n, 280, 280, 3)."""
    pens = []
    if local_pens():
        pens += load_pens().of_writers(*TEST_WRITERS).strokes
    if local_characters():
        pens += digits_of(reported_characters(load_characters())).strokes
    if not pens:
        print("skip agreement of live reading: set PEN_STROKES or UNIPEN")
    rng = np.random.default_rng(SEED)
    order = [i for _ in range(len(PENS)) for i in rng.permutation(len(pens))][:most]
    ink = np.frombuffer(INK_TO_PAPER, np.uint8).reshape(256, 3)[::-1]
    drawn = [ink[draw_on_canvas(pens[i], PENS[k % 3], rng)] for k, i in enumerate(order)]
    return np.stack(drawn) if drawn else np.zeros((0, 280, 280, 3), np.uint8)


def agreement(reader: Reader, pictures: Picture) -> list[Result]:
    """Compare what the browser's scripts and the server read in the same pictures."""
    if not len(pictures):
        return []
    live = read_live(reader, pictures[..., 0]).readings
    theirs = [reader.read(picture) for picture in pictures]
    both = [(a, b) for a, b in zip(live, theirs, strict=True) if a is not None]
    n = len(both)
    digit = sum(int(np.argmax(a["probabilities"])) == b.candidates[0] for a, b in both)
    verdict = sum(a["verdict"] == b.verdict for a, b in both)
    off = float(np.mean([apart(a["probabilities"], b) for a, b in both]))
    return [
        Result("the same digit as the server", share_of(digit, n), "99.9 %", digit >= 0.999 * n),
        Result("the same verdict", share_of(verdict, n), "99.9 %", verdict >= 0.999 * n),
        Result("mean |dp| of the likeliest digit", f"{off:.2g}", "0.01", off <= 0.01),
        Result("drawings left to the server", share_of(len(live) - n, len(live)), "shown", True),
    ]


def apart(probabilities: list[float], reading: Reading) -> float:
    """Return by how much two readings differ in the probability of the server's best guess."""
    return abs(probabilities[reading.candidates[0]] - reading.confidence)


def network_alone(reader: Reader, images: Picture) -> Result:
    """Compare the network's probabilities with LiteRT's, on pictures in MNIST's format."""
    ours = probabilities_of(read_live(reader, prepared=images).logits.astype(np.float32), 1.0)
    worst = float(np.abs(ours - probabilities_of(reader.logits(images), 1.0)).max())
    what = f"largest |dp| of the network alone, {len(images):,} of MNIST's test digits"
    return Result(what, f"{worst:.2g}", "0.001", worst <= 1e-3)


@dataclass(frozen=True)
class Pace:
    """How live reading keeps up with the pen; medians over strokes.

    Attributes:
        first: milliseconds from the first 20 pixels of ink to the first reading.
        rate: readings a second, as long as the pen moves.
        frame: the longest frame of a stroke, in milliseconds.
        busy: milliseconds of a processor that the page's own thread took for a stroke: drawing
            waits for that thread only, and other work on the machine does not count.
    """

    first: float
    rate: float
    frame: float
    busy: float


def in_chromium() -> list[Result]:
    """Return how fast a browser reads, with what it fetches."""
    with (
        chromium() as browser,
        tempfile.TemporaryDirectory() as home,
        quiet_server(APP, ROOT, {**os.environ, "INKLING_HOME": str(Path(home))}) as server,
    ):
        bytes_fetched, pace = visit(browser, server.url, throttle=1)
        _, slow = visit(browser, server.url, throttle=4)
        _, without = visit(browser, server.url, throttle=1, live=False)
    weight = f"{bytes_fetched / 1e6:.2f} MB"
    return [
        Result("fetched for live reading", weight, "1 MB", 0 < bytes_fetched <= 1e6),
        Result(
            "from the first 20 pixels to the first reading",
            f"{pace.first:.0f} ms",
            "50 ms",
            pace.first <= 50,
        ),
        Result("readings a second", f"{pace.rate:.1f}", "20", pace.rate >= 19.5),
        Result("the same, four times slower", f"{slow.rate:.1f}", "10", slow.rate >= 10),
        Result(
            "the longest frame of a stroke",
            f"{pace.frame:.0f} ms, {without.frame:.0f} ms without live reading",
            "50 ms, or as without",
            pace.frame <= max(50, 1.1 * without.frame),
        ),
        Result("the same, four times slower", f"{slow.frame:.0f} ms", "shown", True),
        Result(
            "the page's own thread, for each reading",
            f"{(pace.busy - without.busy) / (SECONDS * pace.rate):.1f} ms",
            "10 ms",
            pace.busy - without.busy <= 10 * SECONDS * pace.rate,
        ),
    ]


def visit(browser: Browser, url: str, *, throttle: int, live: bool = True) -> tuple[int, Pace]:
    """Draw in a browser that has never been there; return the bytes fetched, and the pace."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    if not live:
        page.route("**/live/*", lambda route: route.fulfill(status=204))
    page.add_init_script(NOTE)
    page.goto(url)
    visitor = Visitor(page)
    visitor.wait_for_canvas()
    visitor.settle()
    page.wait_for_timeout(3000)  # everything is fetched and compiled
    fetched: int = page.evaluate(
        """() => performance.getEntriesByType("resource").filter(e => e.name.includes("/live/"))
            .reduce((sum, e) => sum + e.transferSize, 0)"""
    )
    device = context.new_cdp_session(page)
    device.send("Emulation.setCPUThrottlingRate", {"rate": throttle})
    device.send("Performance.enable", {"timeDomain": "threadTicks"})
    paces = [draw(visitor, device) for _ in range(STROKES)]
    context.close()
    fields = ("first", "rate", "frame", "busy")
    return fetched, Pace(*(median(getattr(pace, name) for pace in paces) for name in fields))


def busy(device: CDPSession) -> float:
    """Return how many milliseconds the page's thread has been busy so far."""
    metrics = device.send("Performance.getMetrics")["metrics"]
    return 1e3 * next(float(each["value"]) for each in metrics if each["name"] == "TaskDuration")


def draw(visitor: Visitor, device: CDPSession) -> Pace:
    """Draw a stroke round and round, and clear it; return how fast it was read."""
    page = visitor.page
    visitor.settle()
    page.evaluate("Object.assign(notes, { ink: [], readings: [], frames: [] })")
    before = busy(device)
    notes = page.evaluate(STROKE, SECONDS * 1e3)
    taken = busy(device) - before
    visitor.settle()
    visitor.press("Clear")  # rings on top of each other may be read as a number, by the server only
    frames, readings = notes["frames"], [at for at in notes["readings"] if at >= notes["ink"][0]]
    longest = max(b - a for a, b in zip(frames, frames[1:], strict=False))
    if len(readings) < 2:
        return Pace(float("inf"), 0.0, longest, taken)
    rate = (len(readings) - 1) / (readings[-1] - readings[0]) * 1e3
    return Pace(readings[0] - notes["ink"][0], rate, longest, taken)
