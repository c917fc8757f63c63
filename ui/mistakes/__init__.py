"""The parts of the Misclassifications page."""
