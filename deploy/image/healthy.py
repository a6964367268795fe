"""Exit 0 when this container's process says it is ready."""

import os
import sys
import urllib.request

url = os.environ.get("HEALTH_URL") or f"http://127.0.0.1:{os.environ['METRICS_PORT']}/health/ready"
try:
    with urllib.request.urlopen(url, timeout=4) as answer:
        sys.exit(0 if answer.status == 200 else 1)
except OSError:
    sys.exit(1)
