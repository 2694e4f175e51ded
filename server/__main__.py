"""The `junction` command."""

from __future__ import annotations

import sys

from server.main.command_line import main

if __name__ == "__main__":
    sys.exit(main())
