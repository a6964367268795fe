"""What people can do with a dossier, in words."""

from chassis.texts import Language, Text

_WORDS = {
    "receive": Text("tiếp nhận", "receive"),
    "refuse": Text("từ chối tiếp nhận", "refuse"),
    "request-supplement": Text("yêu cầu bổ sung giấy tờ", "ask for further papers"),
    "resubmit": Text("nộp giấy tờ bổ sung", "hand in the further papers"),
    "withdraw": Text("rút hồ sơ", "withdraw"),
    "complete-step": Text("hoàn thành bước xử lý", "complete the current step"),
    "send-back": Text("trả lại bước trước", "send back a step"),
    "decide": Text("quyết định giải quyết", "decide"),
    "request-payment": Text("yêu cầu thực hiện nghĩa vụ tài chính", "ask for payment"),
    "suspend": Text("dừng xử lý", "suspend"),
    "resume": Text("tiếp tục xử lý", "resume"),
    "post": Text("chuyển kết quả cho bưu chính", "give the result to the post"),
    "return": Text("trả kết quả", "return the result"),
}
_POSSIBLE = Text("Có thể: {words}.", "Possible: {words}.")
_NOTHING = Text(
    "Hiện không có việc nào thực hiện được với hồ sơ này.", "Nothing can be done with it at present."
)


def possible(actions: list[str], language: Language) -> str:
    """The sentence that names these actions, or says that there is none."""
    if not actions:
        return _NOTHING.render(language)
    return _POSSIBLE.render(language, {"words": [_WORDS[action].render(language) for action in actions]})
