"""Stand-ins for the outside world: a payment gateway and a postal carrier, spoken to over HTTP."""
