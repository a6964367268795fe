"""The gateway's pages in Vietnamese and English: plain forms, nothing to load, no JavaScript."""

from collections.abc import Mapping
from html import escape

BANKS = {
    "NCB": "NCB",
    "VIETCOMBANK": "Vietcombank",
    "VIETINBANK": "VietinBank",
    "BIDV": "BIDV",
    "AGRIBANK": "Agribank",
}
TEXTS = {
    "title": ("Cổng thanh toán thử nghiệm", "Practice payment gateway"),
    "note": ("Không có tiền thật nào được chuyển.", "No real money moves."),
    "amount": ("Số tiền", "Amount"),
    "order": ("Nội dung", "For"),
    "reference": ("Mã giao dịch", "Reference"),
    "bank": ("Chọn ngân hàng", "Choose a bank"),
    "pay": ("Thanh toán", "Pay"),
    "cancel": ("Hủy giao dịch", "Cancel"),
    "back": ("Quay lại cổng dịch vụ công", "Back to the public-service portal"),
    "open": ("Giao dịch đã hết hạn thanh toán.", "The time to pay has run out."),
    "paid": ("Giao dịch này đã được thanh toán.", "This was already paid."),
    "failed": ("Giao dịch này đã kết thúc không thành công.", "This has already failed."),
    "70": ("Sai chữ ký (mã 70).", "Wrong signature (code 70)."),
    "71": ("Website chưa được phê duyệt (mã 71).", "The merchant is not approved (code 71)."),
    "03": ("Dữ liệu gửi sang không đúng định dạng (mã 03).", "The data is not in the right form (code 03)."),
}
PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 32rem; padding: 0 1rem; color: #1b1b1b }}
h1 {{ font-size: 1.3rem }} dt {{ color: #555 }} dd {{ margin: 0 0 .6rem; font-weight: 600 }}
button, select {{ font: inherit; padding: .5rem 1rem; margin: .5rem .5rem 0 0 }}
</style></head><body><h1>{title}</h1><p>{note}</p>{body}</body></html>"""
FORM = """<dl><dt>{amount_label}<dd>{amount} VND<dt>{order_label}<dd>{order}<dt>{reference_label}<dd>{reference}</dl>
<form method="post"><label>{bank_label}<br><select name="bank">{banks}</select></label><br>
<button name="action" value="pay">{pay}</button><button name="action" value="cancel">{cancel}</button></form>"""


def pay(params: Mapping[str, str]) -> str:
    """The form to pay or cancel an order."""
    locale = params["vnp_Locale"]
    body = FORM.format(
        amount=f"{int(params['vnp_Amount']) // 100:,}".replace(",", "." if locale == "vn" else ","),
        order=escape(params["vnp_OrderInfo"]),
        reference=escape(params["vnp_TxnRef"]),
        banks="".join(f'<option value="{code}">{name}</option>' for code, name in BANKS.items()),
        pay=_text("pay", locale),
        cancel=_text("cancel", locale),
        **{f"{name}_label": _text(name, locale) for name in ("amount", "order", "reference", "bank")},
    )
    return _page(body, locale)


def closed(state: str, way_back: str, locale: str) -> str:
    """An order that can no longer be paid."""
    link = f'<p><a href="{escape(way_back)}">{_text("back", locale)}</a></p>'
    return _page(f"<p>{_text(state, locale)}</p>{link}", locale)


def problem(code: str, locale: str) -> str:
    """A redirect the gateway does not accept."""
    return _page(f"<p>{_text(code, locale)}</p>", locale)


def _page(body: str, locale: str) -> str:
    language = "vi" if locale == "vn" else "en"
    return PAGE.format(language=language, title=_text("title", locale), note=_text("note", locale), body=body)


def _text(name: str, locale: str) -> str:
    return TEXTS[name][0 if locale == "vn" else 1]
