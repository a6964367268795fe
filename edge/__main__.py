"""`python -m edge`: the HTTP edge, with all settings from the environment."""

import signal
import sys
from functools import partial

import uvicorn

from chassis.settings import BadSettings
from edge.heads import HeadLimits
from edge.protocol import Protocol
from edge.settings import EdgeSettings


def main(application: str = "edge.app:create") -> int:
    try:
        settings = EdgeSettings.from_environment()
    except BadSettings as error:
        print(f"edge: {error}", file=sys.stderr)
        return 2
    # uvicorn finishes what is under way and then raises the signal again, to end as if killed by it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    uvicorn.run(
        application,
        factory=True,
        host=settings.edge_host,
        port=settings.edge_port,
        workers=settings.edge_workers,
        loop="uvloop",
        http=partial(Protocol, limits=_head_limits(settings)),  # type: ignore[arg-type]
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=settings.drain_seconds,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        backlog=2048,
    )
    return 0


def _head_limits(settings: EdgeSettings) -> HeadLimits:
    return HeadLimits(
        url_bytes=settings.url_limit_bytes,
        header_bytes=settings.header_limit_bytes,
        header_fields=settings.header_limit_fields,
        seconds=settings.head_seconds,
    )


if __name__ == "__main__":
    sys.exit(main())
