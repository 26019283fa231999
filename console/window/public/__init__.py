"""What is said to those outside, from the window."""
