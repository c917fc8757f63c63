"""Whether the app stays up: crowds, restarts, and everything that strangers may send."""
