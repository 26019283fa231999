"""What is said of what takes several commands, one after the other."""
