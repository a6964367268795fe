"""What identity answers to browsers and other programs by HTTP, carried by the edge."""
