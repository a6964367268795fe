"""The gateway simulator as a real process, and a merchant's server that answers what a test tells it to."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import requests

from tests.support.processes import Running, free_port

SECRET = "a-secret-shared-with-the-gateway"


def eventually(check, seconds=10):
    """The first true answer of `check`, or a failed test."""
    end = time.monotonic() + seconds
    while not (answer := check()):
        assert time.monotonic() < end, f"never happened: {check}"
        time.sleep(0.05)
    return answer


class Sandbox(Running):
    """`python -m deploy.sandbox` on a port and directory of its own."""

    def __init__(self, directory, public_url):
        port = free_port()
        environment = {
            "SANDBOX_PORT": str(port),
            "SANDBOX_DIR": str(directory),
            "SANDBOX_IPN_RETRY_SECONDS": "0.3",
            "PUBLIC_URL": public_url,
            "PAYMENT_TMN_CODE": "MOTCUA01",
            "PAYMENT_HASH_SECRET": SECRET,
            "CARRIER_CUSTOMER": "motcua",
            "CARRIER_SECRET": "a-secret-shared-with-the-carrier",
            "LOG_LEVEL": "warning",
        }
        super().__init__(["-m", "deploy.sandbox"], environment, directory / "sandbox.log", port)
        self.url = f"http://127.0.0.1:{port}"

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
    """The merchant's side of a notification: keeps what it was sent, and answers an order's `answers`, then 00."""

    def __init__(self):
        self.received, self.answers = [], {}
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                params = dict(parse_qsl(urlsplit(self.path).query))
                shop.received.append(params)
                answers = shop.answers.get(params["vnp_TxnRef"])
                code = answers.pop(0) if answers else "00"
                body = json.dumps({"RspCode": code, "Message": "…"}).encode()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
