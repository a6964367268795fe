"""One database and role per service, closed to the others."""

import psycopg2
import pytest

from deploy.local import databases
from deploy.local.passwords import SERVICES, Passwords
from tests.support.servers import fresh_name


@pytest.fixture
def prefix(postgres_url):
    """Names of this test alone, removed afterwards: tests may share one server."""
    prefix = fresh_name("local") + "_"
    yield prefix
    connection = psycopg2.connect(postgres_url.replace("+psycopg2", ""))
    connection.autocommit = True
    with connection.cursor() as cursor:
        for service in SERVICES:
            cursor.execute(f'DROP DATABASE IF EXISTS "{prefix}{service}" WITH (FORCE)')
            cursor.execute(f'DROP ROLE IF EXISTS "{prefix}{service}"')
    connection.close()


def connect(url):
    return psycopg2.connect(url.replace("+psycopg2", ""))


def test_every_service_gets_its_own_and_making_them_again_changes_nothing(postgres_url, prefix, tmp_path):
    passwords = Passwords(tmp_path / "secrets")
    made = databases.ensure(postgres_url, prefix, passwords)
    assert databases.ensure(postgres_url, prefix, passwords) == made
    assert set(made) == set(SERVICES)
    with connect(made["dossier"].url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        assert cursor.fetchone() == (f"{prefix}dossier", f"{prefix}dossier")
        cursor.execute("CREATE EXTENSION unaccent")
    connection.close()


def test_a_role_is_refused_by_the_database_of_another_service(postgres_url, prefix, tmp_path):
    made = databases.ensure(postgres_url, prefix, Passwords(tmp_path / "secrets"))
    foreign = made["dossier"].url.removesuffix("dossier") + "payment"
    with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
        connect(foreign)


def test_a_role_of_an_earlier_state_directory_gets_the_new_password(postgres_url, prefix, tmp_path):
    databases.ensure(postgres_url, prefix, Passwords(tmp_path / "old"))
    made = databases.ensure(postgres_url, prefix, Passwords(tmp_path / "new"))
    connect(made["postal"].url).close()
