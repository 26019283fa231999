"""What each card and box of the topology says."""
