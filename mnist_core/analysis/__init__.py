"""How good a model is, what it gets wrong, and whether its confidence is true."""
