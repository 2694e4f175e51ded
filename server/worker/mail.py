"""The sender of tenants' mail: one thread takes lots from the queue, a few bring them, each over its own connections.

Leases of everything in hand are renewed on time. What could not be begun when the worker ends goes back into its lane, and a
message that is under way is brought to its end first.
"""

from __future__ import annotations

import threading
import time
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from server.domain.errors import Later
from server.services.email.courier import Courier
from server.services.email.desk import MailDesk, Room
from server.services.email.doubts import Doubts
from server.services.email.sending import LotSender
from server.store import database
from server.system import clock, logs

if TYPE_CHECKING:
    from server.services.email.desk import Lot
    from server.system.settings import Settings

_LOOK_EVERY_SECONDS: Final = 1.0
_IDLE_SECONDS: Final = 5.0
_RENEW_SHARE: Final = 3
log = logs.get_logger()


class MailSender:
    """Sends until told to stop."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings; nothing runs yet."""
        self._settings = settings
        self._email = settings.email
        self._helo = settings.email.helo_name or urlsplit(settings.server.public_url).hostname or "localhost"
        self._desk = MailDesk(lease_ms=settings.email.lease_seconds * 1000)
        self._doubts = Doubts(settings.email.in_doubt)
        self._lots: SimpleQueue[Lot | None] = SimpleQueue()
        self._changed = threading.Condition()
        self._room = Room(settings.email.threads, settings.email.threads)
        self._in_hand: dict[str, LotSender] = {}
        self._woken = False
        self._stopping = False
        self._renewed = time.monotonic()
        self._taker = threading.Thread(target=self._take, name="mail")
        self._threads = [threading.Thread(target=self._bring, name=f"mail-{number}") for number in range(settings.email.threads)]

    def start(self) -> None:
        """Begin; needs no event loop."""
        for thread in (*self._threads, self._taker):
            thread.start()

    def wake(self) -> None:
        """Look for mail now; callable from any thread."""
        with self._changed:
            self._woken = True
            self._changed.notify()

    def wind_down(self) -> None:
        """Take nothing more; returns at once."""
        with self._changed:
            self._stopping = True
            self._changed.notify()

    def stop(self) -> None:
        """Take nothing more, and wait for the messages that are under way."""
        self.wind_down()
        self._taker.join()
        for _ in self._threads:
            self._lots.put(None)
        for thread in self._threads:
            thread.join()

    def _take(self) -> None:
        database.relax()
        while not self._stopping:
            try:
                taken = self._look()
            except Exception:
                log.exception("mail_turn_failed")
                taken = False
            with self._changed:
                if not (self._woken or self._stopping or (taken and self._room.free)):
                    self._changed.wait(self._pause())
                self._woken = False
        database.close()

    def _look(self) -> bool:
        """Renew what is in hand when it is time, and take what there is room for; tell whether anything was taken."""
        if time.monotonic() - self._renewed > self._email.lease_seconds / _RENEW_SHARE:
            self._desk.renew([one for sender in list(self._in_hand.values()) for one in sender.left])
            self._renewed = time.monotonic()
        with self._changed:
            room = Room(self._room.free, self._room.threads, self._room.busy.copy())
        lots = self._desk.take(room)
        with self._changed:
            self._room.free -= len(lots)
            self._room.busy.update(lot.site for lot in lots)
        for lot in lots:
            self._lots.put(lot)
        return bool(lots)

    def _pause(self) -> float:
        """Return the seconds until something may be due: a second at most, less where a throttle lets something go before."""
        if self._desk.look_at is None or not self._room.free:
            return _LOOK_EVERY_SECONDS
        return min(max(self._desk.look_at - clock.now_ms(), 1) / 1000, _LOOK_EVERY_SECONDS)

    def _bring(self) -> None:
        database.relax()
        courier = Courier(self._email, self._helo, self._doubts)
        while True:
            try:
                lot = self._lots.get(timeout=_IDLE_SECONDS)
            except Empty:
                courier.close()
                continue
            if lot is None:
                break
            self._bring_lot(lot, courier)
        courier.close()
        database.close()

    def _bring_lot(self, lot: Lot, courier: Courier) -> None:
        sender = LotSender(lot, courier, self._desk, self._settings)
        key, began = lot.works[0].id, time.monotonic()
        self._in_hand[key] = sender
        try:
            sender.run(lambda: self._stopping)
        except Later as error:
            log.warning("mail_lot_put_back", error=error.detail)
        except Exception:
            log.exception("mail_lot_failed", lane=lot.lane.name)
        finally:
            del self._in_hand[key]
            with self._changed:
                self._desk.timed(lot.site, (time.monotonic() - began) * 1000 / len(lot.works))
                self._room.free += 1
                self._room.busy[lot.site] -= 1
                self._woken = True
                self._changed.notify()
