"""What the Numbers page is made of."""
