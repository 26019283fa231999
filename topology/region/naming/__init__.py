"""The names of servers, kept small: at 1,000,000 servers their texts would take more than all the rest of a region."""
