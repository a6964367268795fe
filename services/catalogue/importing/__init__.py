"""Reading a national export: pure rules from a raw row to a procedure version and what is doubtful in it."""
