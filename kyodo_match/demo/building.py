"""The demo as it would have come about: every step through its use case, at its own time."""

from datetime import datetime, time, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.accounts.models import Account
from kyodo_match.accounts.rules import StaffRole
from kyodo_match.accounts.services import accept_link, invite_staff
from kyodo_match.audit.models import AuditEvent
from kyodo_match.audit.services import SYSTEM, record
from kyodo_match.config import Settings
from kyodo_match.core import limits
from kyodo_match.core.clock import TOKYO, tokyo_date
from kyodo_match.core.db import db, use_case
from kyodo_match.demo import people, register, scenario
from kyodo_match.demo.errors import NotEmpty, NotInProduction
from kyodo_match.demo.story import Actors, Story
from kyodo_match.demo.timeline import tell
from kyodo_match.groups.models import Group
from kyodo_match.groups.queries import by_name
from kyodo_match.groups.rules import MemberRole
from kyodo_match.groups.services import add_member, import_groups
from kyodo_match.plans.services import enter_figure, import_plan, import_population
from kyodo_match.settings.rules import Office
from kyodo_match.settings.services import save

# The group that owner, editor and reception of the demo act for.
GROUP = "小貝の里山しごと会"
_DISTRICTS = ("みらい平", "伊奈", "谷和原")
_OFFICE = Office(name="地域推進課", phone="0297-00-0112", email="chiiki@example.jp")
_BUILT = "demo.built"
# Before the first offer of the story was written.
_BEGINS = timedelta(days=400)


def build(settings: Settings, *, now: datetime) -> bool:
    """Make the demo; False where it is there already. Raises NotInProduction, NotEmpty."""
    if settings.is_production:
        raise NotInProduction
    session = db.session()
    if session.scalar(sa.select(AuditEvent.id).where(AuditEvent.action == _BUILT).limit(1)):
        return False
    for model in (Account, Group):
        if session.scalar(sa.select(model.id).limit(1)):
            raise NotEmpty
    today = tokyo_date(now)
    begins = datetime.combine(today, time(9), TOKYO) - _BEGINS
    actors = _begin(settings, begins)
    tell(Story(scenario.read(now), actors, settings, now))
    for line in register.figures():
        enter_figure(
            **line,
            municipality_code=settings.municipality_code,
            now=now,
            actor=actors.coordinator,
        )
    _finish(now=now)
    return True


def _begin(settings: Settings, now: datetime) -> Actors:
    """Accounts, settings, plans and the register."""
    demo_accounts = people.accounts(settings.keys)

    def accept(role: str, invitation_id: str) -> None:
        account = demo_accounts[role]
        accept_link(
            invitation_id=invitation_id,
            name=account.name,
            password=account.password,
            municipality=settings.municipality,
            now=now,
        )

    for role in reversed(StaffRole):
        email = demo_accounts[role].email
        accept(role, invite_staff(email=email, role=role, actor=SYSTEM, now=now))
    admin = _account_id(demo_accounts[StaffRole.ADMIN].email)
    save(office=_OFFICE, districts=_DISTRICTS, now=now, actor=admin)
    for key, definition in register.plans():
        import_plan(key=key, definition=definition, now=now, actor=admin)
    import_population(population=register.population(), now=now, actor=admin)
    import_groups(entries=register.groups(), now=now, actor=admin)
    group = by_name(db.session(), GROUP)
    assert group is not None  # noqa: S101 - our own data
    for member in reversed(MemberRole):
        added = add_member(
            group_id=group.public_id,
            email=demo_accounts[member].email,
            role=member,
            actor=admin,
            now=now,
        )
        accept(member, str(added.invitation_id))
    ids = {role: _account_id(account.email) for role, account in demo_accounts.items()}
    return Actors(
        admin=ids[StaffRole.ADMIN],
        coordinator=ids[StaffRole.COORDINATOR],
        editor=ids[MemberRole.EDITOR],
        reception=ids[MemberRole.RECEPTION],
        group=GROUP,
    )


def _account_id(email: str) -> str:
    return db.session().scalars(sa.select(Account.public_id).where(Account.email == email)).one()


@use_case
def _finish(session: Session, *, now: datetime) -> None:
    """Tries are forgotten; the demo is whole now."""
    limits.forget_old(session, now=now)
    record(session, _BUILT, actor=SYSTEM, object_kind="demo", object_id="demo", now=now)
