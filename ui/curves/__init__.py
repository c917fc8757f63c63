"""What the Training curves page is made of."""
