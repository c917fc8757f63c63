"""Where `python -m ui.owner.hash_password` is, as it is in people's notes."""
