"""What stands between a program and the terminal that it writes to."""
