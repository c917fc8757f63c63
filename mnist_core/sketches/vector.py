"""A drawing as SVG: each stroke a path, which can be drawn again as it was."""

from mnist_core.sketches.sketch import HEIGHT, PenStroke, Sketch

SPEED = 700  # pixels per second, about as fast as people write
SHORTEST = 0.12  # seconds for a stroke
PAUSE = 0.15  # seconds between two
LONGEST_REPLAY = 3.0  # seconds; longer drawings are drawn faster

# Before it is drawn, a stroke is invisible: its round end would show where it begins.
REPLAY = (
    "<style>svg{{animation:gone 0s {length:.2f}s forwards}}"
    "path{{stroke-dasharray:1 2;stroke-dashoffset:1;opacity:0;animation:draw linear forwards}}"
    "@keyframes draw{{from{{opacity:1}}to{{opacity:1;stroke-dashoffset:0}}}}"
    "@keyframes gone{{to{{visibility:hidden}}}}</style>"
)


def svg_of(sketch: Sketch, ink: str) -> str:
    """Return a drawing as an SVG document without a ground, in a colour such as "#000000"."""
    return document(sketch, "".join(path_of(stroke, ink) for stroke in sketch.strokes))


def replay_of(sketch: Sketch, ink: str, paper: str) -> str:
    """Return an SVG document that draws again, stroke by stroke, and is invisible afterwards.

    It lies on the drawing itself, which its ground hides until then.
    """
    times = replay_times(sketch)
    strokes = "".join(
        path_of(stroke, ink, f"animation-delay:{begins:.2f}s;animation-duration:{took:.2f}s")
        for stroke, (begins, took) in zip(sketch.strokes, times, strict=True)
    )
    style = REPLAY.format(length=sum(times[-1]) + PAUSE)
    ground = f'<rect width="{sketch.width}" height="{HEIGHT}" fill="{paper}"/>'
    return document(sketch, f"{style}{ground}{strokes}")


def document(sketch: Sketch, content: str) -> str:
    """Return an SVG document as large as the paper."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{sketch.width}" height="{HEIGHT}" '
        f'viewBox="0 0 {sketch.width} {HEIGHT}">{content}</svg>'
    )


def path_of(stroke: PenStroke, ink: str, style: str = "") -> str:
    """Return one stroke as an SVG path, whose length counts as 1."""
    start, *others = [f"{x:g} {y:g}" for x, y in stroke.points.round(2).tolist()]
    styled = f' pathLength="1" style="{style}"' if style else ""
    return (
        f'<path d="M{start}L{" ".join(others or [start])}" fill="none" stroke="{ink}" '
        f'stroke-width="{stroke.pen}" stroke-linecap="round" stroke-linejoin="round"{styled}/>'
    )


def replay_times(sketch: Sketch) -> list[tuple[float, float]]:
    """Return when each stroke begins and how long it takes, in seconds."""
    took = [max(stroke.length / SPEED, SHORTEST) for stroke in sketch.strokes]
    whole = sum(took) + PAUSE * len(took)
    faster = min(LONGEST_REPLAY / whole, 1)
    times, begins = [], PAUSE
    for duration in took:
        times.append((begins * faster, duration * faster))
        begins += duration + PAUSE
    return times
