"""What is said after a training: a run beside what happened."""
