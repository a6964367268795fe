"""What an operator watches: points given and petitions on their way."""

from prometheus_client import Counter

RATINGS = Counter("feedback_ratings_total", "Ratings given, by how the dossier was finished", ["outcome"])
POINTS = Counter("feedback_points_total", "Answers given to an indicator, by points", ["indicator", "points"])
PETITIONS = Counter("feedback_petitions_total", "Petitions that came into a state", ["subject", "state"])
