"""A process like ours, without what ours do: answers /health/ready, writes down when it comes and goes."""

import os
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

DIARY, NAME = Path(os.environ["FAKE_DIARY"]), os.environ["FAKE_NAME"]


class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/health/ready" else 404)
        self.end_headers()

    def log_message(self, *args):
        pass


def note(what: str) -> None:
    with DIARY.open("a") as diary:
        diary.write(f"{NAME} {what}\n")


def leave(*_):
    note("left")
    sys.exit(0)


if os.environ.get("FAKE_BROKEN"):
    print("this one cannot work", flush=True)
    sys.exit(3)
if os.environ.get("FAKE_DEAF"):
    # Like a server that heeds nothing until it has started, and never has.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    note("came")
    while True:
        signal.pause()
server = HTTPServer(("127.0.0.1", int(os.environ["METRICS_PORT"])), Health)
threading.Thread(target=server.serve_forever, daemon=True).start()
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN if os.environ.get("FAKE_STUBBORN") else leave)
note(f"came {os.getpid()}")
while True:
    signal.pause()
