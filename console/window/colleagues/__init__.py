"""What the window does with the other operators: their approvals, and what they change of what is previewed here."""
