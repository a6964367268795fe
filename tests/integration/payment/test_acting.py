"""Somebody pays for the owner: as far as the mandate reaches, and named by it."""

import pytest

from chassis.acting import OutsideMandate
from chassis.errors import NotFound
from chassis.grants import admit
from chassis.schemas import Command
from services.payment import api, queries
from tests.support import people

#: By which operation each is asked.
ASKED = {
    queries.obligations_page: "find_obligations",
    queries.obligation: "get_obligation",
    queries.payment: "get_payment",
}


def acting(story, procedures=("2.000635",), actions=("pay",)):
    return people.acting(story.citizen, "delegate", procedures, actions)


def ask(story, query, caller, **values):
    with story.database.work(read_only=True) as work:
        (operation,) = [one for one in api.OPERATIONS if one.rpc == ASKED[query]]
        return query(Command(values), admit(operation.allow, caller), work)


def seen(story, caller):
    return [
        row["id"] for row in ask(story, queries.obligations_page, caller, limit=20, dossier=None)["items"]
    ]


def test_who_pays_for_the_owner_is_recorded(story):
    story.charged()
    caller = acting(story)
    assert seen(story, caller) == [story.obligation.id]
    started = story.pay(caller)
    (payment,) = story.payments
    assert (payment.owner, payment.actor, payment.acts_as, payment.mandate) == (
        story.citizen.subject,
        caller.actor.subject,
        "delegate",
        caller.actor.mandate,
    )
    shown = ask(story, queries.payment, story.citizen, id=started["payment"])
    assert shown["paid_by"] == {"id": caller.actor.subject, "acts_as": "delegate", "agency": None}
    assert ask(story, queries.payment, caller, id=started["payment"])["id"] == payment.id


def test_what_the_owner_pays_names_nobody_else(story):
    started = story.charged().pay()
    assert ask(story, queries.payment, story.citizen, id=started["payment"])["paid_by"] is None


@pytest.mark.parametrize(
    ("procedures", "actions", "sees"),
    [(("3.000347",), ("pay", "read"), False), (("2.000635",), ("submit",), False), (("*",), ("read",), True)],
)
def test_outside_the_scope_nothing_is_paid_or_seen(story, procedures, actions, sees):
    started = story.charged().pay()
    caller = acting(story, procedures, actions)
    with pytest.raises(OutsideMandate):
        story.pay(caller)
    assert bool(seen(story, caller)) == sees
    for query, id in ((queries.obligation, story.obligation.id), (queries.payment, started["payment"])):
        if sees:
            assert ask(story, query, caller, id=id)["id"] == id
        else:
            with pytest.raises(NotFound):
                ask(story, query, caller, id=id)
