"""Pictures to learn from: other hands, other pens, and what is no digit."""
