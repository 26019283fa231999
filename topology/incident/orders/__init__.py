"""What can be ordered in a training: the words, how much of something, and their printing."""
