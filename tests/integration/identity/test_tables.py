from chassis.migrations import differences
from services.identity.all_tables import Base


def test_the_migrations_make_what_the_code_expects(make_database):
    assert differences(Base.metadata, make_database("identity").sessions().engine) == []
