"""Legal dossier codes, given out without gaps and without a race."""

from datetime import date

from sqlalchemy.dialects.postgresql import insert

from chassis.work import Work
from services.dossier.codes import DossierCode
from services.dossier.tables import CodeCounter


def next_code(work: Work, agency: str, day: date) -> DossierCode:
    """The agency's next code of the day.

    The counter's row stays locked until the work ends, so a number whose work is rolled back is given again.
    Take it last: receptions of one agency queue here.
    """
    first = insert(CodeCounter).values(agency=agency, day=day, last=1)
    statement = first.on_conflict_do_update(
        index_elements=["agency", "day"], set_={"last": CodeCounter.last + 1}
    ).returning(CodeCounter.last)
    # Not through the session, which would write the half-changed dossier first.
    number = work.session.connection().execute(statement).scalar_one()
    return DossierCode(agency, day, number)
