"""What may go wrong with a payment."""

from chassis.errors import Conflict


class ObligationClosed(Conflict):
    vi = "Khoản thu này đã nộp hoặc đã hủy."
    en = "This is already paid or cancelled."


class AmountTooLarge(Conflict):
    vi = "Số tiền vượt quá mức một giao dịch trực tuyến cho phép ({max} đồng)."
    en = "The amount is more than one online payment allows ({max} dong)."
