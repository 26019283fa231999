"""What is said of a trend: in a sentence, in rows, and in a line of signs."""
