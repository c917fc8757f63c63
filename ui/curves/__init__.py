"""The parts of the Training curves page."""
