"""The world outside as a real process: identity provider, mail and SMS; and a browser that signs in there."""

from urllib.parse import parse_qsl, urlsplit

import requests

from services.identity.outside_settings import MessageSettings, UpstreamSettings
from tests.support.processes import Running, free_port

PUBLIC_URL = "http://127.0.0.1:8080"
SECRET, SMS_KEY = "shared with the provider+/%", "shared-with-the-gateway"
HOA, NAM, MAI, SAU, DINH = "T0000000011", "T0000000022", "T0000000101", "T0000000102", "T0000000105"


class Sandbox(Running):
    """`python -m deploy.sandbox` on ports of its own."""

    def __init__(self, directory, port=None):
        port = port or free_port()
        self.url, self.smtp_port = f"http://127.0.0.1:{port}", free_port()
        self.known_as = {
            "VNEID_ISSUER": f"{self.url}/vneid",
            "VNEID_CLIENT_ID": "motcua",
            "VNEID_CLIENT_SECRET": SECRET,
            "SMS_KEY": SMS_KEY,
            "PUBLIC_URL": PUBLIC_URL,
        }
        environment = self.known_as | {
            "SANDBOX_PORT": str(port),
            "SANDBOX_SMTP_PORT": str(self.smtp_port),
            "SANDBOX_DIR": str(directory),
            "LOG_LEVEL": "warning",
        }
        super().__init__(["-m", "deploy.sandbox"], environment, directory / "sandbox.log", port)

    @property
    def told_to_identity(self):
        """What the identity service's environment says of it."""
        return self.known_as | {
            "SMS_URL": f"{self.url}/messages/sms",
            "SMTP_URL": f"smtp://127.0.0.1:{self.smtp_port}",
            "MAIL_FROM": "no-reply@motcua.example",
        }

    @property
    def upstream_settings(self):
        return UpstreamSettings.from_environment(self.told_to_identity)

    @property
    def message_settings(self):
        return MessageSettings.from_environment(self.told_to_identity)

    def faults(self, **faults):
        answer = requests.post(f"{self.url}/vneid/sandbox/faults", json=faults, timeout=5)
        assert answer.ok, answer.text

    def calls(self):
        return requests.get(f"{self.url}/vneid/sandbox/faults", timeout=5).json()["calls"]

    def well(self):
        """No faults, nothing counted, no messages."""
        assert requests.delete(f"{self.url}/vneid/sandbox/faults", timeout=5).ok
        assert requests.delete(f"{self.url}/messages", timeout=5).ok
        assert requests.put(f"{self.url}/messages/faults", json={"sms": {}, "email": {}}, timeout=5).ok

    def rotate(self):
        assert requests.post(f"{self.url}/vneid/sandbox/rotate", timeout=5).ok

    def message_faults(self, **faults):
        assert requests.put(f"{self.url}/messages/faults", json=faults, timeout=5).ok

    def messages(self, to):
        return requests.get(f"{self.url}/messages", params={"to": to}, timeout=5).json()["messages"]

    def sign_in(self, address, techid=HOA, action="sign-in"):
        """Pick a person on the provider's page; what the browser brings back."""
        form = {"person": techid, "action": action}
        answer = requests.post(address, data=form, allow_redirects=False, timeout=5)
        assert answer.status_code == 303, answer.text
        place, _, query = answer.headers["location"].partition("?")
        assert place == f"{PUBLIC_URL}/account/vneid/return"
        return dict(parse_qsl(query))


def query_of(address):
    return dict(parse_qsl(urlsplit(address).query))
