"""Who is using the app: the owner or a visitor, how they sign in, and what they may do."""
