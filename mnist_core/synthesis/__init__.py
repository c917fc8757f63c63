"""Make training pictures: augmentation, synthetic digits, pen drawings, typefaces and outliers.

Others may import:

    mixture: Mixture, draw_outliers, mix
    augmentation: handwriting
    outliers: mirror
    pen_drawings: CALIBRATION_WRITERS, CANVAS, HEIGHTS, LARGEST, PENS, SMALLEST, TEST_WRITERS,
        draw_as_visitors, draw_on_canvas, draw_with_any_pen, random_height
    scribbles: heart, star
    strangers: REPORTED, calibration_characters, clear_letters, clear_signs, digits_of,
        is_broken, look_alike_letters, reported_characters
    symbol_drawings: TEST_KINDS, as_drawn
    typefaces: make_letters, split_typefaces

How strokes are distorted and drawn stays inside.
"""
