from chassis.migrations import run
from services.identity import tables

run(tables.Base.metadata)
