"""Digits, pen strokes and typefaces from outside: found, fetched, checked and parsed."""
