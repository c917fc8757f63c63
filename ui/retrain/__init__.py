"""What the Retrain page is made of, and the part of the Kaggle page that trains."""
