"""Inkling where people deploy it: checks of the host, the requirements and the health."""
