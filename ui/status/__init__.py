"""What the Status page is made of."""
