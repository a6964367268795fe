"""Settings of all tests."""

from hypothesis import HealthCheck, settings

# How fast the machine is says nothing about the rules.
settings.register_profile("motcua", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("motcua")
