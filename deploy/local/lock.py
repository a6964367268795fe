"""`./motcua lock`: compile requirements/*.txt from the groups in pyproject.toml, in agreement with each other."""

import argparse
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_OPTIONS = (
    "--universal",
    "--generate-hashes",
    "--no-emit-index-url",
    "--no-annotate",
    "--no-header",
    "--quiet",
    "--python-version=3.11",
)


def run(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="motcua lock", description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take newer versions where the groups allow")
    upgrade = ["--upgrade"] if parser.parse_args(argv).upgrade else []
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    # `dev` holds all the others, so what it settles on binds them.
    _compile("dev", upgrade)
    for group in sorted(set(groups) - {"dev"}):
        if group != "local":
            _compile(group, ["--constraints", "requirements/dev.txt"])
    return 0


def _compile(group: str, options: list[str]) -> None:
    target = f"requirements/{group}.txt"
    print(f"locking {group} → {target}", flush=True)
    subprocess.run(
        [
            *(sys.executable, "-m", "uv", "pip", "compile", *_OPTIONS, *options),
            *("--group", f"pyproject.toml:{group}", "--output-file", target),
        ],
        cwd=ROOT,
        check=True,
    )
