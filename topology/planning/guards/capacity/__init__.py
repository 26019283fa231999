"""Guards of capacity: floors, ceilings, what ends tight, what leaves besides what was named."""
