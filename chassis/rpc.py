"""Serving RPC: Nameko's entrypoint with deadlines, guards and a lean reply.

The guarded method never raises: it returns the body of the reply, so that no exception text crosses the
wire and no exception reaches the container, which would die of it.
"""

import time
from collections.abc import Callable
from typing import Any

from kombu import Exchange, Queue
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import register_entrypoint
from nameko.rpc import Rpc as NamekoRpc
from nameko.rpc import RpcConsumer as NamekoRpcConsumer

from chassis import metrics, wire
from chassis.acting import OutsideMandate
from chassis.api import Operation
from chassis.caller import Caller
from chassis.consumer import BusConsumer
from chassis.context import RequestContext
from chassis.errors import DeadlineExceeded, ServiceError, Unavailable, ValidationFailed
from chassis.faults import Fault
from chassis.grants import admit
from chassis.idempotency import Claim
from chassis.logs import get_logger
from chassis.recording import record
from chassis.schemas import Command
from chassis.topology import REPLY_KEY, RPC_EXCHANGE, rpc_queue
from chassis.trace import set_traceparent
from chassis.work import Work

log = get_logger(__name__)

Handler = Callable[[Any, Command, Caller, Work], Any]
Door = Callable[[Any, Any, RequestContext], bytes]
Preparation = Callable[[Any, Command], dict[str, Any]]


class RpcServer(NamekoRpcConsumer):  # type: ignore[misc]
    queue_consumer = BusConsumer()
    queue: Queue | None

    def __init__(self) -> None:
        self._entrypoints: dict[str, RpcEntrypoint] = {}
        super().__init__()

    def setup(self) -> None:
        if self.queue is None:
            service = self.container.service_name
            self.queue = Queue(
                rpc_queue(service),
                # Made by the migrate step: this account may not change what all share.
                exchange=Exchange(RPC_EXCHANGE, type="topic", durable=True, no_declare=True),
                routing_key=f"{service}.*",
                durable=True,
                queue_arguments={"x-queue-type": "classic"},
            )
            self.queue_consumer.register_provider(self)
            self._registered = True

    def register_provider(self, provider: "RpcEntrypoint") -> None:
        super().register_provider(provider)
        self._entrypoints[provider.method_name] = provider

    def handle_message(self, body: Any, message: Any) -> None:
        """Refuse what nobody could be answered for, or what would harm a worker; start the rest."""
        if not REPLY_KEY.fullmatch(message.properties.get("reply_to") or ""):
            self.queue_consumer.refuse(message, "no-reply-to")
            return
        context = RequestContext.from_headers(message.headers)
        entrypoint = self._entrypoints.get(message.delivery_info["routing_key"].rpartition(".")[2])
        if entrypoint is None:
            self.answer(message, wire.error_body(Unavailable(), context.language))
            return
        try:
            payload = wire.decode(message.body)["kwargs"]["payload"]
        except (ValueError, KeyError, TypeError):
            malformed = ValidationFailed([Fault("not-an-object").at("")])
            self.answer(message, wire.error_body(malformed, context.language))
            return
        entrypoint.start_worker(payload, context, message)

    def answer(self, message: Any, body: bytes) -> None:
        """A lost answer is its caller's timeout, after which it may ask again with the same key."""
        if not self.queue_consumer.answer(message, wire.answer_body(body, message.body)):
            metrics.LOST_REPLIES.inc()


class RpcEntrypoint(NamekoRpc):  # type: ignore[misc]
    rpc_consumer = RpcServer()

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        super().__init__()

    def start_worker(self, payload: Any, context: RequestContext, message: Any) -> None:
        def handle_result(_worker: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
            body = result if exc_info is None else wire.internal_error_body(context.language)
            self.rpc_consumer.answer(message, body)
            return result, None

        try:
            self.container.spawn_worker(self, (payload, context), {}, handle_result=handle_result)
        except ContainerBeingKilled:
            self.rpc_consumer.requeue_message(message)


def command(operation: Operation, *, first: Preparation | None = None) -> Callable[[Handler], Door]:
    """A write: one transaction, idempotent by command id, committed before the answer leaves.

    `first` gives the command more values, at its leisure: the transaction begins after it.
    """

    def carry_out(
        service: Any,
        handler: Handler,
        payload: Any,
        caller: Caller,
        context: RequestContext,
    ) -> bytes:
        asked = Command(operation.takes.read(payload), context.command_id, context.if_match)
        if first is not None:
            asked.values.update(first(service, asked))
        with service.database.work(context.language) as work:
            # An operation that takes no key may answer with secrets, which must not be stored.
            if context.command_id is None or operation.key is False:
                return wire.result_body(_answer(operation, handler, service, asked, caller, work))
            secret, same = service.doorkeeper.secret, operation.without_chance(payload)
            claim = Claim(
                *(work, service.name, operation.rpc, _claimant(caller), context.command_id, same, secret)
            )
            if not claim.already_done:
                claim.keep(_answer(operation, handler, service, asked, caller, work))
            return wire.result_body(claim.answer, replayed=claim.already_done)

    return _entrypoint(operation, "command", carry_out)


def query(operation: Operation, *, alone: bool = False) -> Callable[[Handler], Door]:
    """A read of one moment, which can change nothing; `alone` spares one of a single statement its transaction."""

    def carry_out(
        service: Any,
        handler: Handler,
        payload: Any,
        caller: Caller,
        context: RequestContext,
    ) -> bytes:
        asked = Command(operation.takes.read(payload), None, context.if_match)
        with service.database.work(context.language, read_only=True, alone=alone) as work:
            body = wire.result_body(_shown(operation, handler, service, asked, caller, work))
        if operation.records and caller.reads_in_office:
            with service.database.work(context.language) as work:
                record(operation.records, caller, work)
        return body

    return _entrypoint(operation, "query", carry_out)


def _answer(
    operation: Operation, handler: Handler, service: Any, asked: Command, caller: Caller, work: Work
) -> Any:
    """A command's answer; whose data it shows is recorded with what it does."""
    shown = _shown(operation, handler, service, asked, caller, work)
    if operation.records and caller.reads_in_office:
        record(operation.records, caller, work)
    return shown


def _shown(
    operation: Operation, handler: Handler, service: Any, asked: Command, caller: Caller, work: Work
) -> Any:
    """What the handler answers, once it has been decided whether the caller may have it."""
    grant = caller.granted
    grant.begin(work, asked.get("purpose"))
    shown = operation.gives.show(handler(service, asked, caller, work))
    grant.end()
    return shown


def _caller(service: Any, operation: Operation, context: RequestContext) -> Caller:
    """Who asks; nobody in particular where no token is looked at. Raises OutsideMandate for what nobody does for another."""
    token = context.token if operation.reads_token else None
    caller: Caller = service.doorkeeper.caller(token, context.language)
    if caller.actor is not None and not (operation.acting or operation.allow.anonymous):
        raise OutsideMandate
    return caller


def _claimant(caller: Caller) -> str:
    """Whose key it is: an answer is not repeated to another who acts for the same account."""
    return f"{caller.subject}:{caller.actor.mandate}" if caller.actor else caller.subject


def _entrypoint(
    operation: Operation, kind: str, carry_out: Callable[..., bytes]
) -> Callable[[Handler], Door]:
    def decorate(handler: Handler) -> Door:
        if handler.__name__ != operation.rpc:
            raise TypeError(f"the method for {operation.rpc} is called {handler.__name__}")

        def door(service: Any, payload: Any, context: RequestContext) -> bytes:
            set_traceparent(context.traceparent)
            started, outcome = time.perf_counter(), "ok"
            try:
                if context.expired:
                    # Its caller has given up and may have sent it again.
                    raise DeadlineExceeded
                caller = admit(operation.allow, _caller(service, operation, context))
                return carry_out(service, handler, payload, caller, context)
            except ServiceError as error:
                outcome = error.code
                return wire.error_body(error, context.language)
            except Exception:
                outcome = "internal-error"
                log.exception("request failed", entrypoint=operation.rpc, call_id=context.call_id)
                return wire.internal_error_body(context.language)
            finally:
                spent = time.perf_counter() - started
                metrics.ENTRYPOINT_SECONDS.labels(kind, operation.rpc, outcome).observe(spent)

        door.__name__ = handler.__name__
        door.__doc__ = handler.__doc__
        register_entrypoint(door, RpcEntrypoint(operation))
        return door

    return decorate
