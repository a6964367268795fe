"""What a refusal must look like, whatever is refused."""

from typing import Any

import pytest

from deploy.demo.client import Refused

LEAKS = ("Traceback", "sqlalchemy", "psycopg", "nameko", "SELECT ", "INSERT ", 'File "', "services.")


def refused(status: int, code: str, ask: Any, *arguments: Any, **named: Any) -> dict[str, Any]:
    """The problem document of a request that must be refused in just this way."""
    with pytest.raises(Refused) as caught:
        ask(*arguments, **named)
    problem = caught.value.problem
    assert (caught.value.status, caught.value.code) == (status, code), problem
    assert not [leak for leak in LEAKS if leak in str(problem)]
    assert problem["title"]
    assert problem["detail"]
    return problem
