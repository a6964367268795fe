"""The gateway's protocol. The expected signatures were computed with `openssl dgst -sha512 -hmac`."""

from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payment import vnpay
from services.payment.vnpay import BadMessage, BadSignature, Merchant, Order, Verdict

GATEWAY = "https://gateway.example"
RETURN = "https://motcua.example/v1/gateway/vnpay/return"
MERCHANT = Merchant("MOTCUA01", "sandbox-secret", GATEWAY, GATEWAY, RETURN)
ORDER = Order(
    "0190f3a2b4c57d8e9fa0b1c2d3e4f506",
    16_000,
    "Nop phi HS BCDFGHJK2345",
    datetime(2026, 11, 22, 6, 4, 5, tzinfo=UTC),
)
NOTICE = {
    "vnp_Amount": "1600000",
    "vnp_BankCode": "NCB",
    "vnp_OrderInfo": ORDER.info,
    "vnp_PayDate": "20261122130501",
    "vnp_ResponseCode": "00",
    "vnp_TmnCode": MERCHANT.tmn_code,
    "vnp_TransactionNo": "14422574",
    "vnp_TransactionStatus": "00",
    "vnp_TxnRef": ORDER.reference,
}
ANSWER = {
    "vnp_ResponseId": "r1",
    "vnp_Command": "querydr",
    "vnp_ResponseCode": "00",
    "vnp_Message": "QueryDR Success",
    "vnp_TmnCode": MERCHANT.tmn_code,
    "vnp_TxnRef": ORDER.reference,
    "vnp_Amount": "1600000",
    "vnp_OrderInfo": ORDER.info,
    "vnp_BankCode": "NCB",
    "vnp_PayDate": "20261122130501",
    "vnp_TransactionNo": "14422574",
    "vnp_TransactionType": "01",
    "vnp_TransactionStatus": "00",
    "vnp_PromotionCode": "",
    "vnp_PromotionAmount": None,
    "vnp_SecureHash": "1d70ea683113d1b2156c02e19329b62835c823c1c1339e3ab628c89a9580f639"
    "1dce86616d9b973dc5ccfc4542262535f536ea8f84a54007154d353761893ce8",
}
names = st.text(st.sampled_from("abcdefgXYZ_0123"), min_size=1, max_size=12).map("vnp_".__add__)
messages = st.dictionaries(names, st.text(max_size=40), min_size=1, max_size=8)


def signed(params, **changes):
    message = {key: value for key, value in (params | changes).items() if value is not None}
    return message | {"vnp_SecureHash": vnpay.sign(message, MERCHANT.secret)}


def test_payment_url_is_signed_like_the_gateway_expects():
    url = urlsplit(vnpay.payment_url(ORDER, MERCHANT))
    params = dict(parse_qsl(url.query))

    assert url.geturl().startswith("https://gateway.example/paymentv2/vpcpay.html?vnp_Amount=1600000&")
    assert params["vnp_Amount"] == "1600000"
    assert params["vnp_CreateDate"] == "20261122130405"
    assert params["vnp_ExpireDate"] == "20261122131905"
    assert params["vnp_SecureHash"] == (
        "aeb8f26404701e1f7476b83263f7d8147de8031ec4b757403a3a2b5d850c9112"
        "f9105bb2efe2eee67bf24bc5d28518059613a30eca656fa7246cc6e3a79e4861"
    )


def test_query_is_signed_over_its_own_fields_in_their_own_order():
    question = vnpay.query(ORDER, MERCHANT, "q1", datetime(2026, 11, 22, 6, 10, tzinfo=UTC))

    assert question["vnp_TransactionDate"] == "20261122130405"
    assert question["vnp_SecureHash"] == (
        "9b1e45b3efe0234429199395c54d4271b0cebb058708747a5d045dc2ebd39d1e"
        "07dfa02ba8373c5f0be8303e1f4ba3a480496e6294a6277c3cce2fae71e5fe3d"
    )


def test_the_clock_has_24_hours():
    afternoon = vnpay.stamp(datetime(2026, 11, 22, 7, 30, tzinfo=UTC))
    night = vnpay.stamp(datetime(2026, 11, 21, 19, 30, tzinfo=UTC))

    assert (night, afternoon) == ("20261122023000", "20261122143000")


@given(st.integers(1_546_300_800, 1_893_456_000).map(lambda at: datetime.fromtimestamp(at, UTC)))
def test_stamps_round_trip_to_the_second(at):
    assert vnpay.moment(vnpay.stamp(at)) == at


@pytest.mark.parametrize("text", ["", "2026", "20261322130405", "2026112213040a", "20261122250000"])
def test_a_bad_stamp_is_no_moment(text):
    assert vnpay.moment(text) is None


@given(messages)
def test_signing_ignores_order_empty_values_and_an_old_signature(params):
    reordered = dict(reversed(params.items())) | {"vnp_empty_one": "", "vnp_SecureHash": "x"}

    assert vnpay.sign(reordered | {"vnp_SecureHashType": "HMACSHA512"}, "k") == vnpay.sign(params, "k")


@given(messages, st.data())
def test_any_changed_value_breaks_the_signature(params, data):
    message = params | {"vnp_SecureHash": vnpay.sign(params, "k")}
    key = data.draw(st.sampled_from(sorted(params)))
    changed = message | {key: message[key] + "1"}

    assert vnpay.is_signed(message, "k")
    assert not vnpay.is_signed(changed, "k")
    assert not vnpay.is_signed(message, "K")


def test_upper_case_signatures_are_accepted():
    message = signed(NOTICE)

    assert vnpay.is_signed(message | {"vnp_SecureHash": message["vnp_SecureHash"].upper()}, MERCHANT.secret)


@given(st.dictionaries(names, st.text(max_size=40)), st.text(max_size=140))
def test_garbage_is_refused_and_never_breaks(params, signature):
    with pytest.raises(BadSignature):
        vnpay.read_notice(params | {"vnp_SecureHash": signature}, MERCHANT)


def test_a_notice_tells_the_outcome():
    outcome = vnpay.read_notice(signed(NOTICE), MERCHANT)

    assert (outcome.reference, outcome.hundredths, outcome.verdict) == (
        ORDER.reference,
        1_600_000,
        Verdict.TAKEN,
    )
    assert (outcome.transaction, outcome.bank) == ("14422574", "NCB")
    assert outcome.paid_at == datetime(2026, 11, 22, 6, 5, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "status", "verdict"),
    [
        ("00", "00", Verdict.TAKEN),
        ("24", "02", Verdict.FAILED),
        ("51", "02", Verdict.FAILED),
        ("00", "02", Verdict.FAILED),
        ("24", "00", Verdict.FAILED),
        ("11", "01", Verdict.FAILED),
        ("00", "01", Verdict.UNPAID),
        ("07", "07", Verdict.HELD),
        ("00", "07", Verdict.HELD),
        ("00", "04", Verdict.HELD),
        ("00", "05", Verdict.HELD),
    ],
)
def test_only_a_double_zero_means_money_taken(code, status, verdict):
    message = signed(NOTICE, vnp_ResponseCode=code, vnp_TransactionStatus=status)

    assert vnpay.read_notice(message, MERCHANT).verdict is verdict


@pytest.mark.parametrize(
    "changes",
    [
        {"vnp_TxnRef": None},
        {"vnp_Amount": None},
        {"vnp_Amount": "16000.00"},
        {"vnp_Amount": "-1600000"},
        {"vnp_Amount": "1" * 13},
        {"vnp_ResponseCode": None},
        {"vnp_TransactionStatus": None},
        {"vnp_TmnCode": "SOMEBODY"},
    ],
)
def test_a_signed_but_malformed_notice_is_refused(changes):
    with pytest.raises(BadMessage):
        vnpay.read_notice(signed(NOTICE, **changes), MERCHANT)


def test_an_answer_tells_the_outcome():
    outcome = vnpay.read_answer(ANSWER, ORDER, MERCHANT)

    assert (outcome.hundredths, outcome.verdict, outcome.transaction) == (
        1_600_000,
        Verdict.TAKEN,
        "14422574",
    )


@pytest.mark.parametrize("key", [key for key in ANSWER if key != "vnp_SecureHash"])
def test_every_field_of_an_answer_is_covered_by_its_signature(key):
    with pytest.raises(BadSignature):
        vnpay.read_answer(ANSWER | {key: "9"}, ORDER, MERCHANT)


def answered(**changes):
    params = {key: value or "" for key, value in (ANSWER | changes).items()}
    return params | {
        "vnp_SecureHash": vnpay._hmac(vnpay._piped(params, vnpay._ANSWER_SIGNED), MERCHANT.secret)
    }


def test_an_order_the_gateway_does_not_know_is_unpaid():
    outcome = vnpay.read_answer(answered(vnp_ResponseCode="91", vnp_Amount=""), ORDER, MERCHANT)

    assert (outcome.verdict, outcome.hundredths) == (Verdict.UNPAID, None)


@pytest.mark.parametrize("code", ["02", "03", "94", "97", "99"])
def test_a_refused_query_says_nothing_about_the_money(code):
    with pytest.raises(BadMessage):
        vnpay.read_answer(answered(vnp_ResponseCode=code), ORDER, MERCHANT)


def test_an_answer_about_another_order_is_refused():
    with pytest.raises(BadMessage):
        vnpay.read_answer(answered(vnp_TxnRef="another"), ORDER, MERCHANT)


@given(st.text(max_size=400))
def test_order_info_stays_within_what_the_gateway_takes(text):
    info = vnpay.order_info(text)

    assert len(info) <= 255
    assert all(letter.isascii() and (letter.isalnum() or letter == " ") for letter in info)


def test_the_secret_is_not_shown():
    assert "sandbox-secret" not in repr(MERCHANT)
