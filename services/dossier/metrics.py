"""What the dossier service counts."""

from prometheus_client import Counter

MOVES = Counter(
    "motcua_dossier_moves_total", "Moves of dossiers, by action and the state reached", ["action", "state"]
)
FINISHED = Counter("motcua_dossier_finished_total", "Finished dossiers, by outcome", ["outcome", "on_time"])
