"""Find where one digit ends and the next begins, in pen strokes and in pictures.

Others may import:

    boxes: Box, around
    lattice: Lattice
    pieces: Pieces
    strokes: MAX_POINTS, MAX_STROKES, check_strokes, stroke_rows
    components: ink_rows, page_groups
    forms: CLASS, DIGITS, MARK, MODULES, Form, mark_modules, read_form
    hypotheses: Evidence, build_lattice, collect_evidence, likeness_to_digits,
        log_softmax, propose
    paper: LEAST_INK, even_ink, find_row_ink
    ruling: remove_lines
    sheets: Sheet, straighten, shrink_colour
    weights: FEATURES, FILE, Source, Weights, load_weights

It knows no network: what a reader makes of each hypothesis comes from
`inference.hypothesis_reading`.
"""
