"""What an operator does about calls that were seen."""
