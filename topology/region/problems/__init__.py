"""What is wrong with a file that somebody wrote: each a sentence, with its line and column where that is known."""
