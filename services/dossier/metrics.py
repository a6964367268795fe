"""What the dossier service counts."""

from prometheus_client import Counter

MOVES = Counter(
    "motcua_dossier_moves_total", "Moves of dossiers, by action and the state reached", ["action", "state"]
)
SWEPT = Counter(
    "motcua_dossier_swept_total", "Uploads removed because nothing used them, by what was left", ["what"]
)
FINISHED = Counter("motcua_dossier_finished_total", "Finished dossiers, by outcome", ["outcome", "on_time"])
