"""`python -m sanhui.plugin.practice`: a practice world in a process of its own."""

import sys

from .world import main

if __name__ == "__main__":
    sys.exit(main())
