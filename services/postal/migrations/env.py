from chassis.migrations import run
from services.postal import tables

run(tables.Base.metadata)
