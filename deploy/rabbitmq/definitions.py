"""The accounts in the form a RabbitMQ node loads at its start, or `rabbitmqctl import_definitions` takes."""

import base64
import hashlib
import os
from collections.abc import Mapping
from typing import Any

from deploy.rabbitmq.permissions import ACCOUNTS, OPERATOR, RPC_EXCHANGE, exchanges, rights_of

_EVERYTHING = {"configure": ".*", "write": ".*", "read": ".*"}


def password_name(account: str) -> str:
    """The name under which an account's password is kept and handed over."""
    return "RABBITMQ_PASSWORD" if account == OPERATOR else f"{account.upper()}_RABBITMQ_PASSWORD"


def definitions(vhost: str, passwords: Mapping[str, str]) -> dict[str, Any]:
    """One virtual host, the accounts whose passwords are given, their permissions, and what they share."""
    limited = [account for account in ACCOUNTS if account in passwords]
    return {
        "users": [_user(account, password) for account, password in passwords.items()],
        "vhosts": [{"name": vhost}],
        "permissions": [
            {"user": OPERATOR, "vhost": vhost, **_EVERYTHING},
            *({"user": account, "vhost": vhost, **_permissions(account)} for account in limited),
        ],
        "topic_permissions": [
            {"user": account, "vhost": vhost, "exchange": RPC_EXCHANGE, **_topic_permissions(account)}
            for account in limited
        ],
        "exchanges": [_exchange(name, vhost) for name in exchanges()],
    }


def _user(account: str, password: str) -> dict[str, Any]:
    salt = os.urandom(4)
    digest = salt + hashlib.sha256(salt + password.encode()).digest()
    return {
        "name": account,
        "password_hash": base64.b64encode(digest).decode(),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": ["administrator"] if account == OPERATOR else [],
    }


def _permissions(account: str) -> dict[str, str]:
    rights = rights_of(account)
    return {"configure": rights.configure, "write": rights.write, "read": rights.read}


def _topic_permissions(account: str) -> dict[str, str]:
    rights = rights_of(account)
    return {"write": rights.publishes, "read": rights.binds}


def _exchange(name: str, vhost: str) -> dict[str, Any]:
    return {
        "name": name,
        "vhost": vhost,
        "type": "topic",
        "durable": True,
        "auto_delete": False,
        "internal": False,
        "arguments": {},
    }
