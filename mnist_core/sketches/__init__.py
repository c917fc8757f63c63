"""A drawing as pen strokes, and the link that is the drawing.

Others may import:

    sketch: HEIGHT, PenStroke, Sketch
    link: MAX_PEN, MAX_POINTS, MAX_STROKES, decode, encode, faithful_link
    raster: draw
    vector: replay_of, replay_times, svg_of

It knows no network: whether a link shows what was drawn is for the reader to say that is asked.
"""
