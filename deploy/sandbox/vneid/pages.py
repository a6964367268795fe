"""The provider's pages in Vietnamese and English: plain forms, nothing to load, no JavaScript."""

from html import escape

from deploy.sandbox.vneid.persons import PERSONS

_TEXTS = {
    "title": ("Đăng nhập VNeID thử nghiệm", "Practice VNeID sign-in"),
    "note": ("Không có người thật nào ở đây.", "Nobody here is real."),
    "choose": ("Bạn là ai?", "Who are you?"),
    "level": ("mức", "level"),
    "sign_in": ("Đăng nhập", "Sign in"),
    "cancel": ("Hủy", "Cancel"),
    "left": ("Đã đăng xuất.", "Signed out."),
    "unknown-client": ("Ứng dụng chưa được đăng ký.", "The client is not registered."),
    "bad-redirect": ("Địa chỉ quay về chưa được đăng ký.", "The address to return to is not registered."),
}
_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><style>
body {{ font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 32rem; padding: 0 1rem; color: #1b1b1b }}
h1 {{ font-size: 1.3rem }} label {{ display: block; padding: .3rem 0 }} fieldset {{ border: 1px solid #767676 }}
button {{ font: inherit; padding: .5rem 1rem; margin: .8rem .5rem 0 0 }}
</style></head><body><main><h1>{title}</h1><p>{note}</p>{body}</main></body></html>"""


def choose(language: str) -> str:
    """The form with every person; it comes back under the address it was asked for with."""
    persons = "".join(
        f'<label><input type="radio" name="person" value="{escape(person.tech_id)}" required> {escape(person.name)},'
        f" {escape(person.birth_date)} ({_text('level', language)} {person.level})</label>"
        for person in PERSONS.values()
    )
    buttons = (
        f'<button name="action" value="sign-in">{_text("sign_in", language)}</button>'
        f'<button name="action" value="cancel" formnovalidate>{_text("cancel", language)}</button>'
    )
    legend = f"<legend>{_text('choose', language)}</legend>"
    return _page(f'<form method="post"><fieldset>{legend}{persons}</fieldset>{buttons}</form>', language)


def said(name: str, language: str) -> str:
    """A page with one sentence."""
    return _page(f"<p>{_text(name, language)}</p>", language)


def _page(body: str, language: str) -> str:
    return _PAGE.format(
        language=language, title=_text("title", language), note=_text("note", language), body=body
    )


def _text(name: str, language: str) -> str:
    return _TEXTS[name][0 if language == "vi" else 1]
