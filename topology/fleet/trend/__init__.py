"""How capacity and floor of a subsystem came to be what they are: curves, and what is kept for them."""
