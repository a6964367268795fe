"""`python -m chassis serve|relay|migrate|seed SERVICE`, `rebuild SERVICE COPY`, `dead …`, `seal …`."""

import os
import sys
import warnings

if sys.argv[1:2] == ["serve"]:
    # Before anything else imports sockets or threads. Names are resolved by the system: eventlet's own resolver
    # costs every process 10 MB and knows less.
    os.environ.setdefault("EVENTLET_NO_GREENDNS", "yes")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import eventlet

        eventlet.monkey_patch()
else:
    # The other commands only read service classes; nothing green runs in them.
    warnings.filterwarnings("ignore", module="eventlet")
    warnings.filterwarnings("ignore", message="(?s).*Eventlet is deprecated")

import argparse


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m chassis", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("serve", "relay", "migrate", "seed"):
        command = commands.add_parser(name)
        command.add_argument("service")
        if name == "seed":
            command.add_argument("--sandbox", action="store_true", help="with the sandbox accounts")
    rebuild = commands.add_parser("rebuild", help="rebuild a local copy from its owner")
    rebuild.add_argument("service")
    rebuild.add_argument("copy")
    seal = commands.add_parser("seal", help="the keys of personal data")
    seal.add_argument("action", choices=("status", "rotate", "rewrap"))
    seal.add_argument("service")
    contract = commands.add_parser("contract", help="write the contract of a service, or of --all")
    which = contract.add_mutually_exclusive_group(required=True)
    which.add_argument("service", nargs="?")
    which.add_argument("--all", action="store_true")
    commands.add_parser("authority", help="write who may do what to docs/authority.md")
    commands.add_parser("dead", help="list, show, replay or drop dead letters", add_help=False)
    known, rest = parser.parse_known_args(argv)
    return _run(known, rest, parser)


def _run(known: argparse.Namespace, rest: list[str], parser: argparse.ArgumentParser) -> int:
    if rest and known.command != "dead":
        parser.error(f"unknown arguments: {' '.join(rest)}")
    if known.command == "serve":
        from chassis import runner

        return runner.serve(known.service)
    if known.command == "dead":
        from chassis import dead

        return dead.main(rest)
    if known.command == "rebuild":
        from chassis.rebuild import rebuild as run

        return run(known.service, known.copy)
    if known.command == "seal":
        from chassis.reseal import main

        return main(known.action, known.service)
    if known.command == "contract":
        from chassis import contract

        return contract.main(contract.services() if known.all else [known.service])
    if known.command == "authority":
        from chassis import matrix

        return matrix.main()
    from chassis import jobs

    if known.command == "seed":
        return jobs.seed(known.service, sandbox=known.sandbox)
    return {"relay": jobs.relay, "migrate": jobs.migrate}[known.command](known.service)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
