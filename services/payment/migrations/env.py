from chassis.migrations import run
from services.payment import tables

run(tables.Base.metadata)
