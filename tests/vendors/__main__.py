"""A mock vendor as a process of its own: `python -m tests.vendors hubspot --port 9000 --seed contacts=1000 --token secret`.

It runs with the machine's clock until it is interrupted, and then says what was asked or answered otherwise than described.
"""

from __future__ import annotations

import argparse
import signal
from collections.abc import Sequence

from tests.vendors.catalog import keys, kind
from tests.vendors.serving import serving
from tests.vendors.timing import VendorClock
from tests.vendors.vendor import MockVendor


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.vendors", description="Stand in for a vendor.")
    parser.add_argument("key", choices=keys())
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--seed", action="append", default=[], metavar="RESOURCE=ROWS", help="rows to begin with")
    parser.add_argument("--token", action="append", default=[], help="a token that is accepted")
    parser.add_argument("--enforce-limits", action="store_true", help="refuse what comes above the published limits")
    return parser.parse_args(given)


def made(wanted: argparse.Namespace) -> MockVendor:
    """Return the vendor that the command line asks for."""
    vendor = MockVendor(kind(wanted.key), clock=VendorClock(None), enforces_limits=wanted.enforce_limits)
    for token in wanted.token:
        vendor.identity.accept(token)
    for each in wanted.seed:
        resource, _, number = each.partition("=")
        vendor.seed(resource, int(number))
    return vendor


def main() -> None:
    """Serve until interrupted."""
    wanted = arguments()
    vendor = made(wanted)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with serving(vendor, wanted.port) as server:
        print(server.url, flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            vendor.verify()


if __name__ == "__main__":
    main()
