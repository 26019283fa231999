"""What is said of waves that were refused: a sentence for each kind of facts, without a full stop."""
