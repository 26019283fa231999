"""A training without a screen: the tool of an era, orders and acts, the score, and the debrief."""
