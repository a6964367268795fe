from chassis.migrations import differences
from services.feedback import tables


def test_the_migrations_make_what_the_code_expects(make_database):
    assert differences(tables.Base.metadata, make_database("feedback").sessions().engine) == []
