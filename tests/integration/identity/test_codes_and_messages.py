"""Codes and the messages that carry them: a real database, a real mail server and SMS gateway."""

import re
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from services.identity import carriers, jobs, messages
from services.identity.errors import TooManyCodes, WrongCode
from services.identity.messages import Contact
from services.identity.tables import Message, OneTimeCode
from services.identity.usecases import codes
from tests.support.processes import free_port

PHONE, MAIL = Contact("sms", "+84912345678"), Contact("email", "hoa@example.com")


@pytest.fixture
def carriers_of(sandbox):
    return carriers.from_settings(sandbox.message_settings)


def send(identity, to=PHONE, holder="account-1", purpose="sign-in", language="vi"):
    with identity.sessions.work() as work:
        codes.send(holder, purpose, to, work, identity.vault, language)


def check(identity, code, holder="account-1", purpose="sign-in"):
    with identity.sessions.work() as work:
        codes.check(holder, purpose, code, work, identity.vault)


def rows(identity, table):
    with identity.sessions.work() as work:
        return work.session.scalars(select(table)).all()


def delivered(identity, carriers_of, channel="sms"):
    messages.send_due(identity.sessions, channel, carriers_of[channel])


def code_in(messages_there):
    return re.search(r"\b\d{6}\b", messages_there[-1]["text"]).group()


def received(identity, sandbox, carriers_of, to=PHONE, **how):
    send(identity, to, **how)
    delivered(identity, carriers_of, to.channel)
    return code_in(sandbox.messages(to.address))


@pytest.mark.parametrize("to", [PHONE, MAIL])
def test_a_code_arrives_works_once_and_leaves_nothing_to_read(identity, sandbox, carriers_of, to):
    code = received(identity, sandbox, carriers_of, to)
    assert not rows(identity, Message)
    assert code not in repr([vars(row) for row in rows(identity, OneTimeCode)])
    check(identity, f" {code[:3]} {code[3:]} ")
    with pytest.raises(WrongCode):
        check(identity, code)


@pytest.mark.parametrize(("language", "words"), [("vi", "Mã xác nhận của bạn"), ("en", "Your code is")])
def test_messages_speak_the_language_of_the_person(identity, sandbox, carriers_of, language, words):
    send(identity, MAIL, language=language)
    delivered(identity, carriers_of, "email")
    (letter,) = sandbox.messages(MAIL.address)
    assert words in letter["text"] and letter["language"] == language
    assert "Một Cửa" in letter["subject"]


def test_an_sms_fits_into_one_part(identity, sandbox, carriers_of):
    for language in ("vi", "en"):
        received(identity, sandbox, carriers_of, language=language)
    assert all(len(sms["text"]) <= 70 for sms in sandbox.messages(PHONE.address))


def test_a_code_is_for_one_holder_and_one_purpose(identity, sandbox, carriers_of):
    code = received(identity, sandbox, carriers_of)
    for other in ({"holder": "account-2"}, {"purpose": "recovery"}):
        with pytest.raises(WrongCode):
            check(identity, code, **other)
    check(identity, code)


def test_after_five_wrong_tries_the_right_code_is_wrong_too(identity, sandbox, carriers_of):
    code = received(identity, sandbox, carriers_of)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    for _ in range(5):
        with pytest.raises(WrongCode):
            check(identity, wrong)
    with pytest.raises(WrongCode):
        check(identity, code)


def test_tries_at_the_same_time_cannot_pass_the_limit_together(identity, sandbox, carriers_of):
    code = received(identity, sandbox, carriers_of)
    outcomes = []

    def attempt():
        try:
            check(identity, code)
            outcomes.append("right")
        except WrongCode:
            outcomes.append("wrong")

    threads = [threading.Thread(target=attempt) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["right", "wrong", "wrong", "wrong"]


def test_a_code_is_good_for_ten_minutes_and_the_newest_alone_counts(identity, sandbox, carriers_of):
    first = received(identity, sandbox, carriers_of)
    identity.clock.move(timedelta(minutes=5))
    second = received(identity, sandbox, carriers_of)
    if first != second:
        with pytest.raises(WrongCode):
            check(identity, first)
    identity.clock.move(timedelta(minutes=10))
    with pytest.raises(WrongCode):
        check(identity, second)


def test_five_codes_an_hour_whatever_for_and_whoever_it_is(identity):
    for to in (PHONE, None, MAIL, None, PHONE):
        send(identity, to, purpose="recovery" if to else "sign-in")
    with pytest.raises(TooManyCodes) as told:
        send(identity)
    assert told.value.values == {"retry_after": 3600}
    send(identity, holder="account-2")
    identity.clock.move(timedelta(hours=1))
    send(identity)
    assert len(rows(identity, Message)) == 5


def test_what_is_over_is_forgotten(identity, sandbox, carriers_of):
    send(identity)
    identity.clock.move(timedelta(minutes=10))
    delivered(identity, carriers_of)
    messages.forget_stale(identity.sessions)
    assert not rows(identity, Message) and not sandbox.messages(PHONE.address)
    identity.clock.move(timedelta(minutes=51))
    jobs.forget_what_is_over(identity.sessions)
    assert not rows(identity, OneTimeCode)


@pytest.mark.parametrize("to", [PHONE, MAIL])
def test_a_server_that_is_down_gets_it_later(identity, sandbox, carriers_of, to):
    sandbox.message_faults(**{to.channel: {"down": True}})
    send(identity, to)
    delivered(identity, carriers_of, to.channel)
    sandbox.message_faults(sms={}, email={})
    delivered(identity, carriers_of, to.channel)
    assert not sandbox.messages(to.address), "tried again too soon"
    identity.clock.move(timedelta(seconds=5))
    delivered(identity, carriers_of, to.channel)
    check(identity, code_in(sandbox.messages(to.address)))


@pytest.mark.parametrize("to", [PHONE, MAIL])
def test_what_the_server_refuses_is_not_sent_again(identity, sandbox, carriers_of, to):
    sandbox.message_faults(**{to.channel: {"refuse": True}})
    send(identity, to)
    delivered(identity, carriers_of, to.channel)
    assert not rows(identity, Message) and not sandbox.messages(to.address)


@pytest.mark.parametrize(
    ("channel", "change"),
    [
        ("sms", {"sms_url": f"http://127.0.0.1:{free_port()}/sms"}),
        ("sms", {"sms_key": "wrong"}),
        ("email", {"smtp_url": f"smtp://127.0.0.1:{free_port()}"}),
    ],
)
def test_our_own_mistakes_keep_the_message(identity, sandbox, channel, change):
    wrong = carriers.from_settings(replace(sandbox.message_settings, **change))
    send(identity, PHONE if channel == "sms" else MAIL)
    delivered(identity, wrong, channel)
    (kept,) = rows(identity, Message)
    assert (kept.tries, kept.next_try_at) == (1, identity.clock.now() + timedelta(seconds=5))


def test_an_address_that_is_none_is_refused_and_not_logged(identity, sandbox, carriers_of, capsys):
    send(identity, Contact("email", "canary\r\nBcc: x@example.com"))
    delivered(identity, carriers_of, "email")
    assert not rows(identity, Message)
    assert "canary" not in "".join(capsys.readouterr())


def test_slow_messages_leave_side_by_side_and_each_once(identity, sandbox, carriers_of):
    for number in range(8):
        send(identity, Contact("sms", f"+8491234560{number}"), holder=f"account-{number}")
    sandbox.message_faults(sms={"delaySeconds": 0.5})
    started = time.monotonic()
    threads = [threading.Thread(target=delivered, args=(identity, carriers_of)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert time.monotonic() - started < 3
    assert not rows(identity, Message)
    assert [sandbox.messages(f"+8491234560{number}")[0]["times"] for number in range(8)] == [1] * 8


def test_a_message_another_process_holds_is_left_to_it(identity, sandbox, carriers_of):
    send(identity)
    with identity.sessions.work() as other:
        other.session.scalars(select(Message).with_for_update()).one()
        delivered(identity, carriers_of)
        assert not sandbox.messages(PHONE.address)
    delivered(identity, carriers_of)
    assert sandbox.messages(PHONE.address)
