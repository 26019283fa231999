"""What others ask a trainee aside from the console, and what they are answered."""
