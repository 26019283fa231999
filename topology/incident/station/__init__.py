"""What an instructor prepares and directs: cues at a time or on a condition, role cards, and what a trainee is asked aside."""
