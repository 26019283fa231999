"""What an incident teaches: why it happened, what was changed afterwards, and questions that are asked of a trainee."""
