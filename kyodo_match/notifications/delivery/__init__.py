"""The way to the mail server and back: parcels out, reports of what came back in."""

from kyodo_match.notifications.delivery.parcels import Parcel, build, fill, masked, placeholders
from kyodo_match.notifications.delivery.reports import Report, read_report
from kyodo_match.notifications.delivery.transports import Transport, connect

__all__ = [
    "Parcel",
    "Report",
    "Transport",
    "build",
    "connect",
    "fill",
    "masked",
    "placeholders",
    "read_report",
]
