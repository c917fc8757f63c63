"""The owner: who may change what everybody sees, and how they prove it."""
