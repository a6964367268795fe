import pytest

from services.payment.vnpay import Merchant
from tests.integration.payment.processes import SECRET, Sandbox, Shop


@pytest.fixture(scope="module")
def shop():
    shop = Shop()
    yield shop
    shop.server.shutdown()
    shop.server.server_close()


@pytest.fixture(scope="module")
def sandbox(shop, tmp_path_factory):
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox"), shop.url)
    sandbox.start()
    yield sandbox
    sandbox.stop()


@pytest.fixture(scope="module")
def merchant(sandbox, shop):
    return Merchant("MOTCUA01", SECRET, f"{sandbox.url}/vnpay", f"{shop.url}/v1/gateway/vnpay/return")
