"""Addresses in the environment: right or refused, before anything is started."""

import pytest

from deploy.local.servers.addresses import BadAddress, check_addresses


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("DATABASE_URL", "postgresql+psycopg2://u:p@db.example:5432/postgres"),
        ("DATABASE_URL", "postgresql://u@127.0.0.1/postgres?sslmode=require"),
        ("AMQP_URL", "amqp://u:p@broker.example:5672/motcua"),
        ("AMQP_URL", "amqps://broker.example/"),
        ("OBJECT_STORE_URL", "file:///srv/objects"),
        ("OBJECT_STORE_URL", "s3://bucket"),
        ("OBJECT_STORE_URL", ""),
    ],
)
def test_addresses_of_the_right_kind_pass(name, address):
    check_addresses({name: address})


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("DATABASE_URL", "foo"),
        ("DATABASE_URL", "mysql://u:hidden@db.example/x"),
        ("DATABASE_URL", "postgresql://u:hidden@db.example:port/x"),
        ("DATABASE_URL", "postgresql://u:hidden@db.example/x?nonsense=1"),
        ("AMQP_URL", "foo"),
        ("AMQP_URL", "http://u:hidden@broker.example/"),
        ("AMQP_URL", "amqp://u:hidden@broker.example:port/"),
        ("AMQP_URL", "amqp://u:hidden@broker.example:99999/"),
        ("AMQP_URL", "amqp:///vhost"),
        ("AMQP_URL", "amqp://user-without-password@broker.example/"),
        ("OBJECT_STORE_URL", "foo"),
        ("OBJECT_STORE_URL", "foo://hidden"),
        ("OBJECT_STORE_URL", "s3://"),
    ],
)
def test_others_are_refused_by_name_without_their_passwords(name, address):
    with pytest.raises(BadAddress, match=name) as refused:
        check_addresses({name: address})
    assert "hidden" not in str(refused.value)
    assert "\n" not in str(refused.value)
