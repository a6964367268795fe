from chassis.migrations import run
from services.feedback import tables

run(tables.Base.metadata)
