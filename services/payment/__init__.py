"""What citizens owe, pay and get receipts for."""
