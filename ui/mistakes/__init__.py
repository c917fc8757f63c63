"""What the Misclassifications page is made of."""
