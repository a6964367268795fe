"""`python -m deploy.rabbitmq FILE`: the definitions, for the passwords in the environment (RABBITMQ_VHOST: /)."""

import json
import os
import sys
from pathlib import Path

from deploy.rabbitmq.definitions import definitions, password_name
from deploy.rabbitmq.permissions import ACCOUNTS, OPERATOR


def main(argv: list[str]) -> int:
    if len(argv) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    accounts = (OPERATOR, *ACCOUNTS)
    if lacking := [name for name in map(password_name, accounts) if not os.environ.get(name)]:
        print(f"not set: {', '.join(lacking)}", file=sys.stderr)
        return 2
    passwords = {account: os.environ[password_name(account)] for account in accounts}
    vhost = os.environ.get("RABBITMQ_VHOST") or "/"
    Path(argv[0]).write_text(json.dumps(definitions(vhost, passwords), indent=1))
    print(f"wrote {len(accounts)} accounts")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
