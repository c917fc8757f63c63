"""What the page Inside is made of: one drawing, from its pixels to the answer."""
