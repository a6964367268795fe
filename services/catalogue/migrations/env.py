from chassis.migrations import run
from services.catalogue import tables

run(tables.Base.metadata)
