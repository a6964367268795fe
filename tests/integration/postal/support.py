"""The simulator as tests see it, and the event every consignment comes from."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import requests

from chassis.events import Event, Meta
from chassis.ids import new_id
from services.postal import events
from services.postal.adapters import Recipient, VnPost
from tests.support.processes import Running

AGENCY = "000.00.06.H26"


@dataclass
class Simulator:
    url: str
    process: Running

    def admin(self, **settings: Any) -> dict[str, Any]:
        answer = requests.put(f"{self.url}/admin", json=settings, timeout=5)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def orders(self) -> list[dict[str, Any]]:
        return requests.get(f"{self.url}/admin", timeout=5).json()["orders"]

    def adapter(self, timeout: float = 5.0) -> VnPost:
        return VnPost(self.url, "customer", "secret", timeout)


HOA = Recipient("Nguyễn Thị Hoa", "0912345678", "Số 1 Hoàng Hoa Thám, Ba Đình, Hà Nội")


def result_posted(
    reader: type[events.ResultPosted] = events.ResultPosted, sequence: int = 7, **values: Any
) -> Event:
    """The dossier service's event, as it arrives."""
    dossier = values.pop("dossier", new_id())
    data = {
        "dossier": dossier,
        "reference": "HS-" + dossier[-12:].upper(),
        "code": f"{AGENCY}-261122-{dossier[-6:]}",
        "procedure": "2.000635",
        "agency": AGENCY,
        "owner": new_id(),
        "description": "Bản sao trích lục khai sinh",
    }
    meta = Meta(new_id(), reader.type, dossier, sequence, datetime.now(UTC))
    return Event(meta, reader.read(data | values))


def result_posted_v1(**values: Any) -> Event:
    """As it was said when it told the recipient, too."""
    return result_posted(events.ResultPostedV1, recipient=asdict(HOA), **values)
