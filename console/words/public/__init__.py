"""What is said to those outside: no word of subsystems, zones or servers."""
