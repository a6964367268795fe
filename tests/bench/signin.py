"""Signing in to another organisation, refreshing, checking tokens, and many people who sign in at once.

`./motcua bench signin [--json] [--seconds 10] [--connections 8] [--burst 150]`
"""

import json
import sys

from tests.bench.parts import sign_in_phases, sign_in_platform
from tests.bench.parts.rig import Rig
from tests.bench.parts.run import parser

#: More than can sign in in a second; nobody signs in twice, so everybody is asked for consent.
_PEOPLE_PER_SECOND = 40


def main(arguments: list[str] | None = None) -> int:
    wanted = parser("signin", __doc__, connections=8)
    wanted.add_argument("--burst", type=int, default=150, help="how many sign in at the same moment")
    options = wanted.parse_args(arguments)
    many = int((options.seconds + 2) * _PEOPLE_PER_SECOND) + options.burst
    with Rig() as rig:
        platform = sign_in_platform.start(rig, many)
        seen = sign_in_phases.run(platform, options.seconds, options.connections, options.burst)
    met = sign_in_phases.met(seen)
    if not options.json:
        for bound, holds in met.items():
            print(f"{'met' if holds else 'NOT MET':>8}  {bound}")
    print(json.dumps({"bench": "signin", **seen, "met": met}))
    return 0 if all(met.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
