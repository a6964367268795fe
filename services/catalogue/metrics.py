"""What operators watch here."""

from prometheus_client import Counter

PUBLISHED = Counter("motcua_catalogue_versions_published_total", "Published versions, by source", ["source"])
SEARCHES = Counter(
    "motcua_catalogue_searches_total", "Searches of the database, by whether anything was found", ["found"]
)
