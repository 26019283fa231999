"""What a region's description says of the page for those outside."""
