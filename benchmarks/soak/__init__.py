"""Does the app stay up? Crowds, restarts, and everything that strangers may send."""
