"""Which servers a command means: matching, counting by class, and the choice that keeps every floor."""
