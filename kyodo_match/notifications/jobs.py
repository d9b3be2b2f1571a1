"""Due work: deliver what the outbox holds."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from kyodo_match.config import Settings
from kyodo_match.core.db import db
from kyodo_match.notifications import queries, services
from kyodo_match.notifications.delivery import Parcel, Transport, build, connect
from kyodo_match.notifications.errors import Broken, NoServer, Refused, TryLater
from kyodo_match.notifications.rules import LEASE

log = structlog.get_logger()

_BATCH = 50
# A slow server: what is left of a batch goes back well before the lease on it ends.
_SECONDS_PER_BATCH = LEASE.total_seconds() / 2


def deliver_due(
    settings: Settings, *, now: datetime, stopping: Callable[[], bool] = lambda: False
) -> int:
    """Deliver what is due and give the number of messages sent.

    A message is leased, sent and marked, each in a transaction of its own, so that a worker killed
    between the server's 250 and its commit sends one message twice at most. A server that is not
    there ends the run: nothing else is tried on it.
    """
    sent = 0
    began = time.monotonic()
    while not stopping() and queries.is_any_due(db.session(), now):
        # Time goes on while a long queue is worked off: leases count from the batch's own start.
        at = now + timedelta(seconds=int(time.monotonic() - began))
        parcels = services.lease(now=at, most=_BATCH)
        if not parcels:
            break  # another worker has them
        done, is_well = _deliver(settings, parcels, now=at, stopping=stopping)
        sent += done
        if not is_well:
            break
    return sent


def _deliver(
    settings: Settings, parcels: list[Parcel], *, now: datetime, stopping: Callable[[], bool]
) -> tuple[int, bool]:
    """Send a batch over one connection: how many went, and whether to go on."""
    waiting = list(parcels)
    sent = 0
    end = time.monotonic() + _SECONDS_PER_BATCH
    try:
        with connect(settings) as transport:
            while waiting and time.monotonic() < end and not stopping():
                parcel = waiting[0]
                sent += _send(settings, transport, parcel, now=now)
                waiting.pop(0)
    except Broken as broken:
        _fail(waiting.pop(0), broken.reason, now=now)
        return sent, False
    except NoServer as missing:
        log.warning("mail.no_server", waiting=len(waiting))
        while waiting:
            _fail(waiting.pop(0), missing.reason, now=now)
        return sent, False
    finally:
        if waiting:
            services.put_back(parcels=waiting)
    return sent, not stopping()


def _send(settings: Settings, transport: Transport, parcel: Parcel, *, now: datetime) -> int:
    try:
        transport.send(build(settings, parcel, now=now), parcel)
    except Refused as refusal:
        services.note_failed(
            parcel=parcel,
            reason=refusal.reason,
            for_good=True,
            of_address=refusal.of_address,
            now=now,
        )
        log.warning("mail.refused", message=parcel.public_id)
        return 0
    except TryLater as refusal:
        _fail(parcel, refusal.reason, now=now)
        return 0
    services.note_sent(parcel=parcel, now=now)
    log.info("mail.sent", message=parcel.public_id)
    return 1


def _fail(parcel: Parcel, reason: str, *, now: datetime) -> None:
    services.note_failed(parcel=parcel, reason=reason, for_good=False, now=now)
    log.info("mail.later", message=parcel.public_id)
