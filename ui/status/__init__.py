"""What the owner sees of the app's health."""
