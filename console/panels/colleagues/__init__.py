"""The other operators on screen: a band of what they carry out, and the page of who is there and what was asked."""
