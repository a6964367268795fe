"""The services whose operations the edge offers: the one place that names them."""

import importlib
import importlib.util
from collections.abc import Iterable, Mapping

from chassis.api import Operation
from chassis.carried import Carried

SERVICES = ("identity", "catalogue", "dossier", "payment", "postal", "feedback")

Tables = Mapping[str, tuple[Operation, ...]]
CarriedTables = Mapping[str, tuple[Carried, ...]]


def load(names: Iterable[str] = SERVICES, package: str = "services") -> Tables:
    """The HTTP operations of each service, from its `api.py`."""
    tables = {}
    for name in names:
        table = importlib.import_module(f"{package}.{name}.api").OPERATIONS
        tables[name] = tuple(operation for operation in table if operation.method and operation.path)
        # The texts of a service's errors, for /problems/<code>.
        if importlib.util.find_spec(f"{package}.{name}.errors"):
            importlib.import_module(f"{package}.{name}.errors")
    return tables


def carried(names: Iterable[str] = SERVICES, package: str = "services") -> CarriedTables:
    """What else the edge carries to each service, as it comes."""
    tables = {name: importlib.import_module(f"{package}.{name}.api").OPERATIONS for name in names}
    return {
        name: found
        for name, table in tables.items()
        if (found := tuple(operation for operation in table if isinstance(operation, Carried)))
    }
