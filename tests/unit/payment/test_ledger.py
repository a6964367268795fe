import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.payment import ledger
from services.payment.ledger import Entry, Posting, Unbalanced

agencies = st.sampled_from(["000.00.06.H26", "H26.07"])
kinds = st.sampled_from(["fee", "charge"])
amounts = st.integers(min_value=1, max_value=10**12)
lives = st.sampled_from(["open", "cancelled", "settled", "settled twice", "paid after cancelling"])


def life(story, agency, kind, amount):
    entries = [ledger.charged(agency, kind, amount)]
    if story in ("cancelled", "paid after cancelling"):
        entries.append(ledger.cancelled(agency, kind, amount))
    if story in ("settled", "settled twice"):
        entries.append(ledger.settled(agency, "vnpay", amount))
    if story in ("settled twice", "paid after cancelling"):
        entries.append(ledger.overpaid(agency, "vnpay", amount))
    return entries


def balances(entries):
    totals = {}
    for entry in entries:
        for posting in entry.postings:
            sign = 1 if posting.side == "debit" else -1
            totals[posting.account] = totals.get(posting.account, 0) + sign * posting.amount
    return totals


@given(st.lists(st.tuples(lives, agencies, kinds, amounts), min_size=1))
def test_books_balance_and_tell_the_truth(stories):
    totals = balances(entry for story in stories for entry in life(*story))

    assert sum(totals.values()) == 0
    assert totals.get("gateway:vnpay", 0) == sum(
        {"settled": 1, "settled twice": 2, "paid after cancelling": 1}.get(story, 0) * amount
        for story, _, _, amount in stories
    )
    for agency in {story[1] for story in stories}:
        mine = [story for story in stories if story[1] == agency]
        assert totals[f"receivable:{agency}"] == sum(
            amount for story, _, _, amount in mine if story == "open"
        )
        assert totals.get(f"refunds-due:{agency}", 0) == -sum(
            amount for story, _, _, amount in mine if story in ("settled twice", "paid after cancelling")
        )


def test_fees_and_charges_are_booked_apart():
    totals = balances([ledger.charged("H26", "fee", 10), ledger.charged("H26", "charge", 5)])

    assert totals == {"receivable:H26": 15, "revenue:fee:H26": -10, "revenue:charge:H26": -5}


@given(amounts, amounts)
def test_an_unbalanced_entry_cannot_exist(debit, credit):
    postings = (Posting("a", "debit", debit), Posting("b", "credit", credit))
    if debit == credit:
        assert Entry("x", postings).postings == postings
    else:
        with pytest.raises(Unbalanced):
            Entry("x", postings)


def test_an_empty_entry_cannot_exist():
    with pytest.raises(Unbalanced):
        Entry("x", ())


@pytest.mark.parametrize("amount", [0, -1])
def test_a_posting_is_a_positive_amount(amount):
    with pytest.raises(ValueError, match="positive"):
        Posting("a", "debit", amount)
