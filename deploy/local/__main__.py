"""`python -m deploy.local COMMAND …`, which is what `./motcua COMMAND …` runs."""

import sys

from deploy.local.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
