"""The ink of a picture: found on any paper, in any colour, and cleaned.

Others may import:

    ink: LONGEST_SIDE, find_ink
    frames: is_frame
    marks: DOT, pen_width
    paper: EVEN_PAPER, LEAST_CONTRAST, ink_on_even_paper
"""
