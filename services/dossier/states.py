"""The ten national states of a dossier, those of the national synchronisation interface."""

from enum import IntEnum

from chassis.texts import Text


class State(IntEnum):
    NEW = 1
    RECEIVED = 2
    REFUSED = 3
    PROCESSING = 4
    SUPPLEMENT = 5
    FINANCIAL = 6
    WITHDRAWN = 7
    SUSPENDED = 8
    DONE = 9
    RETURNED = 10

    @property
    def code(self) -> str:
        return self.name.lower()

    @property
    def text(self) -> Text:
        return _STATE_NAMES[self]


_STATE_NAMES = {
    State.NEW: Text("Mới đăng ký", "New"),
    State.RECEIVED: Text("Được tiếp nhận", "Received"),
    State.REFUSED: Text("Không được tiếp nhận", "Refused"),
    State.PROCESSING: Text("Đang xử lý", "In process"),
    State.SUPPLEMENT: Text("Yêu cầu bổ sung giấy tờ", "Supplement requested"),
    State.FINANCIAL: Text("Yêu cầu thực hiện nghĩa vụ tài chính", "Payment requested"),
    State.WITHDRAWN: Text("Công dân yêu cầu rút hồ sơ", "Withdrawn"),
    State.SUSPENDED: Text("Dừng xử lý", "Suspended"),
    State.DONE: Text("Đã xử lý xong", "Done"),
    State.RETURNED: Text("Đã trả kết quả", "Result returned"),
}

TERMINAL = frozenset({State.REFUSED, State.WITHDRAWN, State.RETURNED})
#: While a dossier is here, its legal clock stands still.
PAUSED = frozenset({State.SUPPLEMENT, State.FINANCIAL, State.SUSPENDED})
