"""What an assistant may ask of a region, through the Model Context Protocol; nothing here can act on one."""
