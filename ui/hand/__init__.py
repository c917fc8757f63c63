"""What the page Your hand is made of."""
