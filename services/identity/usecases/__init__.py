"""What can be done here: one function per thing."""
