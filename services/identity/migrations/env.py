from chassis.migrations import run
from services.identity.all_tables import Base

run(Base.metadata)
