"""What only the operating system can say or do."""
