"""What every other part of the app uses: settings, logs, session keys and wording."""
