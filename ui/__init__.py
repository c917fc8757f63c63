"""What the pages of the app are made of; each folder imports only those below it."""
