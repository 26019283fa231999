"""What is said of a region that was read anew."""
