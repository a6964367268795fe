"""Operators keep the clients by the command line."""

import re

import orjson
import pytest
from joserfc.jwk import ECKey

from services.identity.oidc import operating, sandbox
from tests.integration.identity.oidc.conftest import Party, body
from tests.support.service_keys import SERVICE_ENVIRONMENT

ADD = ["add", "province-x", "--name", "Tỉnh X", "--name-en", "X Province", "--kind", "province"]
CALLBACK = ["--redirect", "https://x.example/cb"]


@pytest.fixture
def client(provider, provider_database, monkeypatch, capsys):
    """`client("list")` -> (exit status, what was said)."""
    monkeypatch.setenv("DATABASE_URL", provider_database.url)
    monkeypatch.setenv("AMQP_URL", "amqp://localhost/")
    for name, value in SERVICE_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)

    def run(*argv):
        status = operating.main(argv)
        said = capsys.readouterr()
        return status, said.out + said.err

    return run


def works(party, hoa):
    party.redirect_uri = "https://x.example/cb"
    return "id_token" in hoa.tokens(party)


def test_a_client_from_its_registration_to_its_end(client, hoa, provider):
    status, said = client(*ADD, *CALLBACK, "--scope", "profile")
    assert status == 0
    secret = re.search(r"shown this once: (\S+)", said)[1]
    first = Party(provider, "province-x", "client_secret_basic", secret)
    assert works(first, hoa)
    listed = orjson.loads(client("list", "--json")[1])
    assert [(entry["id"], entry["scopes"]) for entry in listed] == [("province-x", ["openid", "profile"])]
    assert secret not in client("show", "province-x")[1]
    assert "province-x  province  client_secret_basic  Tỉnh X  active" in client("list")[1]
    rotated = re.search(r"shown this once: (\S+)", client("rotate", "province-x", "--keep-hours", "0")[1])[1]
    assert works(Party(provider, "province-x", "client_secret_basic", rotated), hoa)
    assert client("disable", "province-x")[0] == 0
    assert "disabled" in client("list")[1]
    assert hoa.browser.get(first.address()).status == 400


def test_what_cannot_be_registered_is_refused_in_words(client, tmp_path):
    private = tmp_path / "private.json"
    private.write_bytes(orjson.dumps({"keys": [ECKey.generate_key("P-256").as_dict(private=True)]}))
    wrong = [
        (["--redirect", "http://x.example/cb"], "not an address"),
        (["--redirect", "https://x.example/cb#part"], "not an address"),
        (["--redirect", "javascript:alert(1)"], "not an address"),
        (["--redirect", "vn.app:/cb"], "not an address"),
        ([*CALLBACK, "--backchannel-logout", "http://x.example/"], "not an address"),
        ([*CALLBACK, "--scope", "everything"], "no scope everything"),
        ([*CALLBACK, "--native"], "public client"),
        ([*CALLBACK, "--auth", "private_key_jwt"], "key set"),
        ([*CALLBACK, "--auth", "private_key_jwt", "--jwks", str(private)], "public keys"),
        ([*CALLBACK, "--auth", "private_key_jwt", "--jwks", str(tmp_path / "none")], "No such file"),
        ([*CALLBACK, "--redirect", "https://y.example/cb", "--pairwise"], "sector"),
    ]
    for more, words in wrong:
        status, said = client(*ADD, *more)
        assert (status, words in said) == (1, True), (more, said)
    assert client("rotate", "nobody") == (1, "motcua client: there is no client nobody\n")
    assert client("list") == (0, "There are no clients yet.\n")


def test_the_clients_of_the_sandbox_are_ready_and_follow_it_to_another_port(provider, hoa, monkeypatch):
    for port in (8090, 8101, 8101):
        monkeypatch.setenv("SANDBOX_URL", f"http://127.0.0.1:{port}")
        with provider.sessions.work() as work:
            sandbox.load(work)
    basic = Party(provider, "sandbox-basic", "client_secret_basic", sandbox.SECRET)
    basic.redirect_uri = "http://127.0.0.1:8101/rp/callback"
    tokens = hoa.tokens(basic, scope="openid profile vn.identity")
    assert body(basic.userinfo(tokens["access_token"]))["SoDinhDanh"] == "001190000011"
    assert hoa.browser.get(basic.address(redirect_uri="http://127.0.0.1:8090/rp/callback")).status == 400
