"""What other distributions add to the console, by entry points."""
