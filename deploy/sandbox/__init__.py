"""Stand-ins for the outside world: a payment gateway, a postal carrier, national registers, spoken to over HTTP."""
