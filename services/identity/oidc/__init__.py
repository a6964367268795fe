"""The OpenID Provider: signing in to other organisations' services with the account of this platform."""
