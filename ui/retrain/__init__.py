"""The parts of the Retrain page; the Kaggle page uses them for its training step."""
