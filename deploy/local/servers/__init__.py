"""The database server and the broker, private to one state directory."""

from deploy.local.servers.embedded import embedded_postgres, embedded_rabbitmq
from deploy.local.servers.install import CannotInstall, install_servers

__all__ = ["CannotInstall", "embedded_postgres", "embedded_rabbitmq", "install_servers"]
