"""A private RabbitMQ node from an installed `rabbitmq-server`."""

import json
import os
import shutil
import signal
import socket
import subprocess
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

from deploy.local.launch import tied
from deploy.local.servers.install import install_rabbitmq
from deploy.rabbitmq.definitions import definitions
from deploy.rabbitmq.permissions import OPERATOR

_NODE = "motcua@localhost"
_VHOST = "motcua"

_CONFIGURATION = """\
listeners.tcp.default = 127.0.0.1:{port}
loopback_users.guest = true
load_definitions = {definitions}
vm_memory_high_watermark.absolute = 512MB
disk_free_limit.absolute = 200MB
raft.wal_max_size_bytes = 33554432
log.file = false
log.console = true
log.console.use_colors = off
log.console.level = info
log.connection.level = warning
"""

# One scheduler and few dirty ones: a broker for one machine that leaves the cores to the services.
_ERLANG = "+S 1:1 +SDcpu 1:1 +SDio 2 -kernel inet_dist_use_interface {127,0,0,1}"


@dataclass(frozen=True)
class Epmd:
    """The name server of one Erlang node, on a port of its own, so that no other node is touched."""

    directory: Path
    port: int
    name: str = "epmd"
    stop_signal: signal.Signals = signal.SIGTERM

    @property
    def command(self) -> list[str]:
        return tied([_epmd(), "-port", str(self.port), "-address", "127.0.0.1"], self.stop_signal)

    @property
    def environment(self) -> dict[str, str]:
        return {}

    def prepare(self) -> None:
        install_rabbitmq()

    def ready(self) -> bool:
        return accepts_connections(self.port)


@dataclass(frozen=True)
class RabbitMQ:
    """One RabbitMQ node: how to prepare, start, reach and stop it."""

    directory: Path
    port: int
    distribution_port: int
    epmd_port: int
    password: str
    cookie: str
    #: The accounts beside the operator's, and their passwords.
    accounts: Mapping[str, str] = field(default_factory=dict)
    name: str = "rabbitmq"
    stop_signal: signal.Signals = signal.SIGTERM

    @property
    def url(self) -> str:
        return self.url_of(_VHOST)

    def url_of(self, vhost: str) -> str:
        """The operator's address of one vhost."""
        return self._url(OPERATOR, self.password, vhost)

    def url_for(self, account: str) -> str:
        """The address with an account of its own."""
        return self._url(account, self.accounts[account], _VHOST)

    def _url(self, user: str, password: str, vhost: str) -> str:
        return f"amqp://{user}:{quote(password, safe='')}@127.0.0.1:{self.port}/{quote(vhost)}"

    @property
    def identity(self) -> str:
        """Which set of data this is: another one after the directory was removed."""
        return self._mark.read_text()

    @property
    def settled(self) -> bool:
        """Whether the node was ready once, so that its data are worth keeping."""
        return self._mark.exists()

    @cached_property
    def command(self) -> list[str]:
        return tied([str(install_rabbitmq())], self.stop_signal)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.directory),
            # Makes the start script become the Erlang process instead of watching over it.
            "RUNNING_UNDER_SYSTEMD": "true",
            "ERL_EPMD_PORT": str(self.epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_INETRC": str(self.directory / "inetrc"),
            "RABBITMQ_NODENAME": _NODE,
            "RABBITMQ_DIST_PORT": str(self.distribution_port),
            "RABBITMQ_CONF_ENV_FILE": str(self.directory / "env.conf"),
            "RABBITMQ_CONFIG_FILE": str(self.directory / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.directory / "advanced.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.directory / "enabled_plugins"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.directory / "generated"),
            "RABBITMQ_MNESIA_BASE": str(self._data),
            "RABBITMQ_LOG_BASE": str(self.directory / "log"),
            "RABBITMQ_PID_FILE": str(self.directory / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": _ERLANG,
        }

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    @property
    def _mark(self) -> Path:
        return self.directory / "settled"

    def prepare(self) -> None:
        """Write the node's configuration; drop the data of a first start that was cut short."""
        install_rabbitmq()
        self.directory.mkdir(parents=True, exist_ok=True)
        if not self.settled:
            # A node killed while it made its first data may never finish them.
            shutil.rmtree(self._data, ignore_errors=True)
        known = self.directory / "definitions.json"
        passwords = {OPERATOR: self.password, **self.accounts}
        # Read at every start: what an older version did not have is made, what changed is set again.
        _write_private(known, json.dumps(definitions(_VHOST, passwords)))
        configuration = _CONFIGURATION.format(port=self.port, definitions=known)
        _write_private(self.directory / "rabbitmq.conf", configuration)
        _write_private(self.directory / ".erlang.cookie", self.cookie, mode=0o400)
        (self.directory / "enabled_plugins").write_text("[].\n")
        (self.directory / "env.conf").write_text("")
        # The node's name needs no resolver, nor an /etc/hosts.
        (self.directory / "inetrc").write_text(
            '{host, {127,0,0,1}, ["localhost"]}.\n{lookup, [file, native]}.\n'
        )

    def ready(self) -> bool:
        """Whether the node takes connections; it opens its listener last."""
        if not accepts_connections(self.port):
            return False
        if not self.settled:
            self._mark.write_text(uuid.uuid4().hex)
        return True

    def add_vhost(self, vhost: str) -> str:
        """Make another vhost on the running node; its address."""
        make = (
            f'rabbit_vhost:add(<<"{vhost}">>, <<"{OPERATOR}">>),'
            f'rabbit_auth_backend_internal:set_permissions(<<"{OPERATOR}">>, <<"{vhost}">>,'
            f' <<".*">>, <<".*">>, <<".*">>, <<"{OPERATOR}">>).\n'
        )
        call = [_erl_call(), "-n", _NODE, "-c", self.cookie, "-e"]
        environment = {**os.environ, **self.environment}
        done = subprocess.run(
            call, input=make, env=environment, capture_output=True, text=True, timeout=30, check=False
        )
        if done.returncode or "{ok, ok}" not in done.stdout:
            raise RuntimeError(f"the vhost {vhost} was not made: {done.stdout}{done.stderr}")
        return self.url_of(vhost)


def accepts_connections(port: int, host: str = "127.0.0.1") -> bool:
    """Whether something listens on the port."""
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError:
        return False
    return True


def _write_private(path: Path, text: str, mode: int = 0o600) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, mode), "w") as file:
        file.write(text)


def _epmd() -> str:
    return shutil.which("epmd") or "/usr/lib/erlang/bin/epmd"


def _erl_call() -> str:
    return shutil.which("erl_call") or "/usr/lib/erlang/bin/erl_call"
