import pytest

from chassis.clock import FixedClock
from services.payment.adapters import Vnpay
from services.payment.vnpay import Merchant
from tests.integration.payment.processes import SECRET, Sandbox, Shop
from tests.integration.payment.story import NOON, QUERY_AFTER, Story


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
    gateway = f"{sandbox.url}/vnpay"
    return Merchant("MOTCUA01", SECRET, gateway, gateway, f"{shop.url}/v1/gateway/vnpay/return")


@pytest.fixture
def clock():
    return FixedClock(NOON)


@pytest.fixture
def database(make_database, clock):
    return make_database("payment").sessions(clock)


@pytest.fixture
def gateway():
    """The real adapter; nothing is sent while only redirects and notifications are dealt with."""
    url = "https://gateway.example"
    merchant = Merchant("MOTCUA01", SECRET, url, url, "https://motcua.example/return")
    return Vnpay(merchant, query_after=QUERY_AFTER, timeout=1)


@pytest.fixture
def story(database, gateway):
    return Story(database, gateway)
