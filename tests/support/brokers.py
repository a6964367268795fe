"""A broker a test may stop and start again, with its data and its address."""

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local.ports import free_port
from deploy.local.secretfile import SecretFile
from deploy.local.servers import embedded
from deploy.local.servers.rabbitmq import Epmd, RabbitMQ


class RestartableBroker:
    def __init__(self, directory: Path) -> None:
        secrets = SecretFile(directory / "secrets")
        place = directory / "rabbitmq"
        self._epmd = Epmd(place, free_port())
        self._server = RabbitMQ(
            place,
            free_port(),
            free_port(),
            self._epmd.port,
            secrets["RABBITMQ_PASSWORD"],
            secrets["ERLANG_COOKIE"],
        )
        self._epmd_running, self._running = ExitStack(), ExitStack()

    @property
    def url(self) -> str:
        return self._server.url

    def start(self) -> None:
        self._running.enter_context(embedded._running(self._server))

    def stop(self) -> None:
        self._running.close()

    def __enter__(self) -> Self:
        self._epmd_running.enter_context(embedded._running(self._epmd))
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._epmd_running.close()
