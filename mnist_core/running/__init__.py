"""Training runs on disk: what was asked for, how far they came, whose turn it is."""
