"""The gateway simulator as a real process, and a merchant's server that answers what a test tells it to."""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import requests

ROOT = Path(__file__).parents[3]
SECRET = "a-secret-shared-with-the-gateway"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(check, seconds=10):
    """The first true answer of `check`, or a failed test."""
    end = time.monotonic() + seconds
    while not (answer := check()):
        assert time.monotonic() < end, f"never happened: {check}"
        time.sleep(0.05)
    return answer


class Sandbox:
    """`python -m deploy.sandbox` on a port and directory of its own."""

    def __init__(self, directory, public_url):
        self.directory, self.port = directory, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {
            "SANDBOX_PORT": str(self.port),
            "SANDBOX_DIR": str(directory),
            "SANDBOX_IPN_RETRY_SECONDS": "0.3",
            "PUBLIC_URL": public_url,
            "PAYMENT_TMN_CODE": "MOTCUA01",
            "PAYMENT_HASH_SECRET": SECRET,
            "CARRIER_CUSTOMER": "motcua",
            "CARRIER_SECRET": "a-secret-shared-with-the-carrier",
            "LOG_LEVEL": "warning",
        }

    def start(self):
        command = [sys.executable, "-m", "deploy.sandbox"]
        self.process = subprocess.Popen(command, env=self.environment, cwd=ROOT)
        eventually(self.is_ready)

    def is_ready(self):
        assert self.process.poll() is None, "the simulator died"
        try:
            return requests.get(f"{self.url}/health/ready", timeout=1).ok
        except requests.ConnectionError:
            return False

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=15)

    def faults(self, order, **faults):
        answer = requests.post(f"{self.url}/vnpay/sandbox/faults", json={"order": order} | faults, timeout=5)
        assert answer.ok, answer.text

    def order(self, reference):
        return requests.get(f"{self.url}/vnpay/sandbox/orders/{reference}", timeout=5).json()

    def notify_again(self, reference):
        assert requests.post(f"{self.url}/vnpay/sandbox/orders/{reference}/ipn", timeout=5).status_code == 202

    def pay(self, redirect_url, action="pay"):
        """Fill in the pay page's form; the address the browser is sent back to."""
        page = requests.get(redirect_url, timeout=5)
        assert page.status_code == 200, page.text
        answer = requests.post(
            redirect_url, data={"bank": "NCB", "action": action}, allow_redirects=False, timeout=5
        )
        assert answer.status_code == 303
        return answer.headers["location"]


class Shop:
    """The merchant's side of a notification: keeps what it was sent and answers `answers` in turn, then 00."""

    def __init__(self):
        self.received, self.answers = [], []
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                shop.received.append(dict(parse_qsl(urlsplit(self.path).query)))
                code = shop.answers.pop(0) if shop.answers else "00"
                body = json.dumps({"RspCode": code, "Message": "…"}).encode()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
