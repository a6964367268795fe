"""`python -m deploy.local COMMAND …`, which is what `./motcua COMMAND …` runs."""

import os
import sys

if __name__ == "__main__":
    try:
        # Here, where a Ctrl-C while the code is loading ends quietly too.
        from deploy.local.cli import main

        status = main(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read us, `head` perhaps, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 1
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)
