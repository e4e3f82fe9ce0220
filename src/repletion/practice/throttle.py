"""How often: sign-ins, counted in the database for all processes and restarts; requests, counted in each process."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage, Storage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from repletion.practice.database import House
from repletion.practice.settings import Settings
from repletion.practice.tables import tried


class InTheDatabase(Storage):
    """Counts for the library of limits; a key is kept as a keyed digest, so that no address or name stands there."""

    STORAGE_SCHEME = None

    def __init__(self, house: House, clock: Callable[[], float] = time.time) -> None:
        super().__init__()
        self.house = house
        self.clock = clock

    @property
    def base_exceptions(self) -> type[Exception]:
        """Not wrapped: a database that is away is said as such."""
        return ConnectionError

    def _row(self, key: str) -> Any:
        return tried.c.id == self.house.vault.mac("tried", key)

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count once more; a window that is over begins anew."""
        now = self.clock()
        for _ in range(3):
            with self.house.turn() as db:
                fresh = update(tried).where(self._row(key), tried.c.until <= now)
                if db.execute(fresh.values(times=amount, until=now + expiry)).rowcount:
                    return amount
                more = update(tried).where(self._row(key), tried.c.until > now).values(times=tried.c.times + amount)
                if db.execute(more).rowcount:
                    return int(db.execute(select(tried.c.times).where(self._row(key))).scalar_one())
                db.execute(delete(tried).where(tried.c.until <= now))
            try:
                with self.house.turn() as db:
                    new = self.house.vault.mac("tried", key)
                    db.execute(insert(tried).values(id=new, times=amount, until=now + expiry))
                    return amount
            except IntegrityError:
                continue  # somebody else was first
        return amount

    def get(self, key: str) -> int:
        """How often in the window that runs."""
        with self.house.turn() as db:
            asked = select(tried.c.times).where(self._row(key), tried.c.until > self.clock())
            return int(db.execute(asked).scalar() or 0)

    def get_expiry(self, key: str) -> float:
        """When the window ends."""
        with self.house.turn() as db:
            return float(db.execute(select(tried.c.until).where(self._row(key))).scalar() or self.clock())

    def check(self) -> bool:
        """Whether the database answers."""
        with self.house.turn() as db:
            return bool(db.execute(select(1)).scalar())

    def reset(self) -> int | None:
        """Forget every count."""
        with self.house.turn() as db:
            return int(db.execute(delete(tried)).rowcount)

    def clear(self, key: str) -> None:
        """Forget the count of one key."""
        with self.house.turn() as db:
            db.execute(delete(tried).where(self._row(key)))


class Throttle:
    """What is let through."""

    def __init__(self, house: House, settings: Settings) -> None:
        self._tries = FixedWindowRateLimiter(InTheDatabase(house))
        self._requests = FixedWindowRateLimiter(MemoryStorage())
        self._by_name = RateLimitItemPerMinute(settings.login_tries, settings.login_minutes)
        self._by_address = RateLimitItemPerMinute(settings.login_tries_address, settings.login_minutes)
        self._each_minute = RateLimitItemPerMinute(settings.requests_per_minute)
        self._from_one_place = RateLimitItemPerMinute(settings.requests_per_minute * 10)
        self.minutes = settings.login_minutes

    def may_sign_in(self, name: str, address: str) -> bool:
        """Count a try before any work is done for it: of this name, and from this address."""
        by_address = self._tries.hit(self._by_address, "address", address)
        return self._tries.hit(self._by_name, "name", name.strip().casefold()[:100]) and by_address

    def signed_in(self, name: str) -> None:
        """Forget the tries of a name that has signed in."""
        self._tries.clear(self._by_name, "name", name.strip().casefold()[:100])

    def may_ask(self, who: str) -> bool:
        """Count a request of a session or an address."""
        return self._requests.hit(self._each_minute, who)

    def may_ask_from(self, address: str) -> bool:
        """Count a request from an address, whatever session it claims; a whole practice may share one."""
        return self._requests.hit(self._from_one_place, address)
