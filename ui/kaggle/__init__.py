"""What the Kaggle page is made of."""
