import pytest
from argon2 import extract_parameters
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import ECKey

from chassis.settings import BadSettings
from services.identity import vault as vault_module
from services.identity.settings import IdentitySettings
from services.identity.vault import Vault

SECRET = "a secret of the tests, 32 characters or more"


@pytest.fixture(scope="module")
def vault():
    return Vault(SECRET)


def test_only_the_password_itself_matches(vault):
    stored = vault.hashed("ba con mèo trên mái nhà")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert vault.matches(stored, "ba con mèo trên mái nhà")
    assert vault.matches(stored, "ba con me\u0300o tre\u0302n ma\u0301i nha\u0300")
    assert not vault.matches(stored, "ba con mèo trên mái nhà ")
    assert not vault.matches(stored, "Ba con mèo trên mái nhà")
    assert vault.hashed("ba con mèo trên mái nhà") != stored


def test_no_account_matches_nothing_for_the_same_work(vault):
    assert not vault.matches(None, "any password at all")
    imagined = extract_parameters(vault_module._nobodys_hash)
    assert imagined == extract_parameters(vault.hashed("ba con mèo trên mái nhà"))


def test_costly_work_is_run_where_it_is_told_to():
    ran = []

    def elsewhere(function, *arguments):
        ran.append(function.__name__)
        return function(*arguments)

    vault = Vault(SECRET, run=elsewhere)
    vault.matches(vault.hashed("x"), "x")
    assert ran == ["hash", "_verify"]


def test_a_token_is_signed_with_the_key_it_names(vault):
    kid, public_jwk, sealed_key = vault.new_signing_key()
    token = vault.sign({"sub": "somebody"}, kid, sealed_key)
    read = jwt.decode(token, ECKey.import_key(public_jwk), algorithms=["ES256"])
    assert read.header == {"typ": "JWT", "alg": "ES256", "kid": kid}
    assert read.claims == {"sub": "somebody"}
    _, another, _ = vault.new_signing_key()
    with pytest.raises(BadSignatureError):
        jwt.decode(token, ECKey.import_key(another), algorithms=["ES256"])


def test_a_private_key_is_neither_published_nor_stored_in_clear(vault):
    kid, public_jwk, sealed_key = vault.new_signing_key()
    assert set(public_jwk) == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert public_jwk["kid"] == kid
    assert public_jwk["x"] not in sealed_key
    vault.require_readable(sealed_key)
    with pytest.raises(BadSettings, match="IDENTITY_SECRET"):
        Vault(SECRET + "!").sign({}, kid, sealed_key)


def test_a_digest_says_nothing_without_the_secret(vault):
    assert vault.digest("001190000011") == Vault(SECRET).digest("001190000011")
    assert vault.digest("001190000011") != Vault(SECRET + "!").digest("001190000011")


@pytest.mark.parametrize("environment", [{}, {"IDENTITY_SECRET": "short"}])
def test_a_missing_or_short_secret_is_refused_at_start(environment):
    with pytest.raises(BadSettings):
        IdentitySettings.from_environment(environment)
