"""Stand-ins for the outside world: a payment gateway, a postal carrier, an identity provider, mail and SMS."""
