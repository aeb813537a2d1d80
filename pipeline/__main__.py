"""`python -m pipeline` is `oncocase`."""

import sys

from pipeline.cli import main

# A library that starts Python processes imports this file in them.
if __name__ == "__main__":
    sys.exit(main())
