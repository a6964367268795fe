"""`python -m deploy.sandbox`: serve the simulators at SANDBOX_PORT until SIGTERM."""

import os

import uvicorn

from deploy.sandbox.app import create_app


def main() -> None:
    uvicorn.run(
        create_app(),
        host=os.environ.get("SANDBOX_HOST", "127.0.0.1"),
        port=int(os.environ["SANDBOX_PORT"]),
        log_level=os.environ.get("LOG_LEVEL", "info").lower(),
        access_log=False,
        timeout_graceful_shutdown=5,
    )


if __name__ == "__main__":
    main()
