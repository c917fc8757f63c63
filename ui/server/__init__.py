"""The server: its start, its memory, its log of training runs, and its metrics."""
