import warnings

import pytest

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from chassis import contract


@pytest.fixture(scope="session")
def contracts() -> dict[str, dict[str, dict]]:
    """What the code of every service says its contract is."""
    return {service: contract.generate(service) for service in contract.services()}
