"""One effect and one answer per key, whatever is lost, repeated or simultaneous."""

import uuid

from tests.integration.chassis.conftest import until
from tests.support.asking import key


def writing(subject: str, text: str = "x", **more):
    return {"subject": subject, "text": text} | more


def notes(shared, subject: str) -> int:
    return int(shared.value("SELECT count(*) FROM notes WHERE subject = :subject", subject=subject))


def test_same_key_gets_the_same_answer_and_one_effect(shared, asker):
    first = asker.result("echo.write", writing("twice"), headers=key("k-twice"))
    second = asker.result("echo.write", writing("twice"), headers=key("k-twice"))
    assert first == second
    assert notes(shared, "twice") == 1


def test_lost_reply_then_same_key_gets_the_answer_of_the_first(shared, asker):
    gone = str(uuid.uuid4())
    asker.send("echo.write", writing("lost"), headers=key("k-lost"), reply_to=gone)
    answer = asker.result("echo.write", writing("lost"), headers=key("k-lost"))
    [stored] = shared.rows("SELECT id FROM notes WHERE subject = 'lost'")
    assert answer["id"] == stored.id
    assert notes(shared, "lost") == 1


def test_fifty_parallel_requests_with_one_key_have_one_effect(shared, asker):
    sent = [asker.send("echo.write", writing("many", seconds=0.2), headers=key("k-many")) for _ in range(50)]
    replies = [asker.reply(one, 30) for one in sent]
    answers = [reply["result"] for reply in replies if reply["error"] is None]
    problems = {reply["error"]["exc_args"][0]["code"] for reply in replies if reply["error"]}
    assert answers
    assert all(answer == answers[0] for answer in answers)
    assert problems <= {"request-in-progress"}
    assert notes(shared, "many") == 1


def test_key_whose_first_request_takes_too_long_is_in_progress(echo):
    echo.start(LOCK_TIMEOUT_MS="300")
    asker = echo.asker()
    slow = writing("slow", seconds=1.5)
    first = asker.send("echo.write", slow, headers=key("k-slow"))
    until(lambda: "motcua_workers_busy 1.0" in echo.running[0].metrics())
    problem = asker.problem("echo.write", slow, headers=key("k-slow"))
    assert (problem["code"], problem["status"], problem["retryable"]) == ("request-in-progress", 409, True)
    assert asker.reply(first)["result"] == asker.result("echo.write", slow, headers=key("k-slow"))


def test_other_body_under_the_same_key_is_refused(shared, asker):
    asker.result("echo.write", writing("reused", "one"), headers=key("k-reused"))
    problem = asker.problem("echo.write", writing("reused", "two"), headers=key("k-reused"))
    assert (problem["code"], problem["status"]) == ("idempotency-key-reused", 422)
    assert notes(shared, "reused") == 1


def test_refused_command_leaves_its_key_free(shared, asker):
    asker.problem("echo.write", {"subject": "again"}, headers=key("k-again"))
    asker.result("echo.write", writing("again"), headers=key("k-again"))
    assert notes(shared, "again") == 1


def test_without_a_key_every_request_counts(shared, asker):
    for _ in range(2):
        asker.result("echo.write", writing("keyless"))
    assert notes(shared, "keyless") == 2


def test_unusable_key_is_an_error_not_an_end(shared, asker):
    problem = asker.problem("echo.write", writing("long"), headers=key("k" * 400))
    assert problem["status"] in (422, 500)
    assert notes(shared, "long") == 0
