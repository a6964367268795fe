"""The migrations lead to the tables of the code."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from chassis.migrations import differences
from services.catalogue.tables import Base
from tests.integration.catalogue.conftest import Catalogue
from tests.support.databases import FreshDatabase


def test_the_migrations_make_what_the_code_expects(make_database: Callable[[str], FreshDatabase]) -> None:
    assert differences(Base.metadata, make_database("catalogue").sessions().engine) == []


def test_the_database_itself_refuses_two_versions_on_a_day(catalogue: Catalogue) -> None:
    """The last guard, should a rule above it ever be passed by."""
    columns = (
        "code, valid_from, valid_to, published_at, source, name, agency, level, acr, receiving, channels, papers,"
        " fees, results, steps, legal_bases, details, remarks, search_title, search_words, search_field"
    )
    copy = text(
        f"INSERT INTO procedure_versions (id, version_no, {columns})"
        f" SELECT gen_random_uuid(), 99, {columns} FROM procedure_versions WHERE code = '2.000635'"
    )
    with pytest.raises(IntegrityError, match="one_a_day"), catalogue.sessions.work() as work:
        work.session.execute(copy)
