"""What would have to be done first."""
