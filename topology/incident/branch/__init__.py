"""What would have happened: from any moment of an incident on, by model."""
