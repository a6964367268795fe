"""What every service needs and nothing of the domain."""
