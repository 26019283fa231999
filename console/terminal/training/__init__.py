"""What an instructor asks in the terminal."""
