"""The outside world to practise on: payment gateway, carrier, national registers, identity provider, mail and SMS."""
