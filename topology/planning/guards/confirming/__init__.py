"""What is asked when a plan is confirmed, not when it is previewed: whether it still holds, and the operator's effort."""
