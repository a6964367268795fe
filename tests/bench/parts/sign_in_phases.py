"""Load on signing in, one kind after another, and the bounds it has to keep."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
import psutil

from tests.bench.measure import Measured, cpu_seconds
from tests.bench.parts.checks import hashes_per_s, token_checks
from tests.bench.parts.people import PASSWORD
from tests.bench.parts.rig import HOST
from tests.bench.parts.sign_in_platform import Platform
from tests.bench.parts.visitor import Visitor
from tests.support.service_keys import keys_of

SIGN_INS_PER_S, REFRESHES_PER_S = 8.2, 150
CACHED_US, UNCACHED_US = 30, 250
MOST_TIMES_SLOWER = 2.0
#: What allocators keep of a busy moment.
FLAT = 1.1

_WARM_UP_SECONDS = 1.5
#: How often somebody looks for a procedure while others sign in.
_QUESTIONS_PER_S = 40
_FOREVER = 120.0

Figures = dict[str, Any]


def met(seen: Figures) -> dict[str, bool]:
    """Which bounds hold."""
    return {
        f"sign_ins_per_s >= {SIGN_INS_PER_S}": seen["sign_ins_per_s"] >= SIGN_INS_PER_S,
        f"refreshes_per_s >= {REFRESHES_PER_S}": seen["refreshes_per_s"] >= REFRESHES_PER_S,
        f"token_check_cached_us <= {CACHED_US}": seen["token_check_cached_us"] <= CACHED_US,
        f"token_check_uncached_us <= {UNCACHED_US}": seen["token_check_uncached_us"] <= UNCACHED_US,
        f"burst_ratio <= {MOST_TIMES_SLOWER}": seen["burst_ratio"] <= MOST_TIMES_SLOWER,
        "memory flat": seen["memory_after_mb"] <= seen["memory_before_mb"] * FLAT,
        "nothing failed": not seen["failed"],
    }


def run(platform: Platform, seconds: float, at_once: int, burst: int) -> Figures:
    people = platform.people
    figures: Figures = {"baseline_hashes_per_s": round(hashes_per_s(), 1)}
    crowd, first, rest = (
        people[:burst],
        people[burst : burst + len(people) // 4],
        people[burst + len(people) // 4 :],
    )
    visits(platform, first, at_once, min(seconds, _WARM_UP_SECONDS))
    signed_in = sign_ins(platform, rest, at_once, seconds, figures)
    refreshed = refreshes(platform, signed_in["refresh_tokens"], at_once, seconds, figures)
    figures |= token_checks(refreshed["access_tokens"], platform.catalogue, keys_of("catalogue"))
    crowded = a_burst(platform, crowd, seconds, figures)
    failed = [*signed_in["errors"], *refreshed["errors"], *crowded["errors"]]
    for error in failed:
        print(f"failed: {error}", file=sys.stderr)
    return figures | {"failed": len(failed)}


def sign_ins(platform: Platform, people: list[str], at_once: int, seconds: float, figures: Figures) -> Any:
    """A few at a time, all the time."""
    before, machine_before = cpu_seconds(platform.target.processes), _machine()
    seen = visits(platform, people, at_once, seconds)
    after, machine_after = cpu_seconds(platform.target.processes), _machine()
    measured = Measured(seen["ops"], seen["failed"], seen["seconds"], micros=seen["micros"])
    figures |= {
        "sign_ins_per_s": round(measured.ops_per_s, 1),
        "others_cpu_percent": _others(
            machine_before, machine_after, sum(after.values()) - sum(before.values())
        ),
        "sign_in_p95_ms": round(measured.percentile_ms(95), 1),
        "cpu_ms_per_sign_in": {
            name: round((after[name] - spent) * 1000 / max(1, measured.ops), 1)
            for name, spent in before.items()
        }
        | {"load": round(seen["cpu_seconds"] * 1000 / max(1, measured.ops), 1)},
    }
    return seen


def refreshes(
    platform: Platform, client_tokens: list[str], at_once: int, seconds: float, figures: Figures
) -> Any:
    """Of clients' tokens and of our own services'; the slower counts."""
    tokens = {
        "client": client_tokens[-at_once:],
        "session": [_session(platform, number) for number in platform.people[:at_once]],
    }
    seen, errors = {}, []
    for how, given in tokens.items():
        found = seen[how] = _run("chains", given, HOST, str(platform.target.port), str(seconds), how)
        figures[f"{how}_refreshes_per_s"] = round(found["ops"] / found["seconds"], 1)
        errors += [f"{found['failed']} refreshes ({how})"] if found["failed"] else []
    figures["refreshes_per_s"] = min(figures[f"{how}_refreshes_per_s"] for how in tokens)
    return seen["session"] | {"errors": errors}


def _session(platform: Platform, number: str) -> str:
    """A refresh token of our own services."""
    typed = orjson.dumps({"identifier": number, "password": PASSWORD}).decode()
    with Visitor(HOST, platform.target.port, HOST) as visitor:
        answer = visitor.post("/v1/sessions", typed, "application/json")
    return str(orjson.loads(answer.body)["refreshToken"])


def a_burst(platform: Platform, crowd: list[str], seconds: float, figures: Figures) -> Any:
    """All sign in at the same moment while somebody looks for procedures, as before and after."""
    with _asking(platform):
        time.sleep(min(seconds, _WARM_UP_SECONDS))
    before = _memory_mb(platform)
    with _asking(platform) as quiet:
        time.sleep(seconds / 2)
    with _asking(platform) as loud:
        crowded = visits(platform, crowd, len(crowd), _FOREVER)
    with _asking(platform) as quiet_again:
        time.sleep(seconds / 2)
    quiet.micros += quiet_again.micros
    figures |= {
        "quiet_p95_ms": round(quiet.percentile_ms(95), 2),
        "burst_p95_ms": round(loud.percentile_ms(95), 2),
        "burst_ratio": round(loud.percentile_ms(95) / quiet.percentile_ms(95), 2),
        "burst_seconds": round(crowded["seconds"], 1),
        "memory_before_mb": before,
        "memory_after_mb": _memory_mb(platform),
    }
    unanswered = quiet.failed + loud.failed + quiet_again.failed
    crowded["errors"] += [f"{unanswered} questions"] if unanswered else []
    return crowded


def visits(platform: Platform, people: list[str], at_once: int, seconds: float) -> Any:
    told = {"people": people, "at_once": at_once, "seconds": seconds}
    return _run("visits", {"host": HOST, "port": platform.target.port} | told)


def _run(part: str, given: Any, *arguments: str) -> Any:
    """What a load generator, a process of its own, has seen."""
    command = [sys.executable, "-m", f"tests.bench.parts.{part}", *arguments]
    done = subprocess.run(command, input=orjson.dumps(given), stdout=subprocess.PIPE, timeout=600, check=True)
    return orjson.loads(done.stdout)


@contextmanager
def _asking(platform: Platform) -> Iterator[Measured]:
    """Meanwhile somebody looks for procedures, at a steady pace; afterwards it is known how long that took."""
    arguments = (HOST, str(platform.target.port), str(_QUESTIONS_PER_S))
    command = [sys.executable, "-m", "tests.bench.parts.pace", *arguments]
    measured = Measured()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(orjson.dumps(platform.questions) + b"\n")
        process.stdin.flush()
        yield measured
        told = orjson.loads(process.communicate(timeout=60)[0])
    measured.micros, measured.failed = told["micros"], told["failed"]


def _machine() -> tuple[float, float, float]:
    """CPU seconds that were there, that were used, and that finished load generators used."""
    times, own = psutil.cpu_times(), os.times()
    there = times.user + times.nice + times.system + times.idle + times.iowait + times.irq + times.softirq
    return there, there - times.idle - times.iowait, own.children_user + own.children_system


def _others(before: tuple[float, float, float], after: tuple[float, float, float], ours: float) -> float:
    """How much of the machine something else had meanwhile: beyond a few percent, figures say little."""
    there, used, load = (late - early for early, late in zip(before, after, strict=True))
    return round(max(0.0, used - load - ours) * 100 / there, 1)


def _memory_mb(platform: Platform) -> float:
    return round(sum(process.memory_info().rss for process in platform.services) / 2**20, 1)
