"""What an incident says of the world around its servers: ways in, channels, limits of a return, causes and when they were known."""
