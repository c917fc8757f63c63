"""The parts of the Kaggle page."""
