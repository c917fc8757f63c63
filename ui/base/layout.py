"""How wide a page is."""

WIDTH = 944  # pixels; in a wider column, lines are hard to read
