"""What a citizen reads of a consignment's state."""

from chassis.texts import Text
from services.postal import states

STATES: dict[str, Text] = {
    states.REGISTERED: Text("Chờ bưu điện nhận", "Waiting for the post to take it"),
    states.HANDED_OVER: Text("Đã giao cho bưu điện", "Handed over to the post"),
    states.IN_TRANSIT: Text("Đang vận chuyển", "On its way"),
    states.DELIVERED: Text("Đã phát", "Delivered"),
    states.FAILED: Text("Phát không thành công", "Delivery failed"),
    states.RETURNED: Text("Đã hoàn về cơ quan gửi", "Returned to the sender"),
    states.LOST: Text("Thất lạc", "Lost"),
    states.REFUSED: Text("Bưu điện không nhận gửi", "Refused by the post"),
}
