"""Reading the register of volunteers."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from kyodo_match.core import text
from kyodo_match.core.db import Tags
from kyodo_match.core.paging import paged
from kyodo_match.core.secrets import Keys, same
from kyodo_match.matching.models import Volunteer
from kyodo_match.matching.rules.volunteers import UNCONFIRMED_FOR, VolunteerState
from kyodo_match.notifications.models import OutboxMessage
from kyodo_match.notifications.rules import MessageState
from kyodo_match.opportunities.rules import Skill
from kyodo_match.signups.rules import person_kana

PER_PAGE = 50
_FEWEST_DIGITS = 4
_NOBODYS = 0  # no row has this id
# A letter that may still leave.
ON_ITS_WAY = (MessageState.QUEUED, MessageState.SENDING, MessageState.RETRY)
_LIVE = Volunteer.state != VolunteerState.ENDED


def volunteer_by_id(session: Session, public_id: str) -> Volunteer | None:
    """One registration that has not ended."""
    return session.scalars(
        sa.select(Volunteer).where(Volunteer.public_id == public_id, _LIVE)
    ).one_or_none()


def volunteers_by_ids(session: Session, public_ids: Sequence[str]) -> dict[str, Volunteer]:
    """Registrations by their ids, for a list that names people; those that ended are left out."""
    rows = session.scalars(
        sa.select(Volunteer).where(Volunteer.public_id.in_([i for i in public_ids if i]), _LIVE)
    )
    return {one.public_id: one for one in rows}


def locked_volunteer(session: Session, public_id: str) -> Volunteer:
    """A registration, locked and fresh. Raises NoResultFound where there is none any more."""
    return session.scalars(
        sa.select(Volunteer)
        .where(Volunteer.public_id == public_id, _LIVE)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def lock_volunteers(session: Session, public_ids: Collection[str]) -> dict[str, Volunteer]:
    """Several, locked in the order of their keys; those that have ended are not among them."""
    rows = session.scalars(
        sa.select(Volunteer)
        .where(Volunteer.public_id.in_(public_ids), _LIVE)
        .order_by(Volunteer.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return {one.public_id: one for one in rows}


def volunteer_of_token(session: Session, token: str, *, keys: Keys) -> Volunteer | None:
    """The registration that a mailed link opens; None where it is not true or was revoked."""
    claimed = keys.volunteer_of_token(token)
    found = volunteer_by_id(session, claimed) if claimed else None
    if found is None:
        return None
    true = keys.volunteer_token(found.public_id, found.access_version)
    return found if same(token, true) else None


def volunteers_of_email(session: Session, email: str) -> Sequence[Volunteer]:
    """Registrations under an address."""
    return session.scalars(
        sa.select(Volunteer).where(Volunteer.email == email, _LIVE).order_by(Volunteer.id)
    ).all()


def same_volunteer(
    session: Session, *, kana: str, email: str, phone: str, own: int = _NOBODYS
) -> Volunteer | None:
    """The other registration of the same person: ふりがな and (phone or e-mail) equal.

    Contact data alone is never a person: families share them (docs/rules/places.md).
    """
    digits = text.digits(phone)
    shares = sa.or_(
        sa.and_(sa.literal(email) != "", Volunteer.email == email),
        sa.and_(sa.literal(digits) != "", sa.func.replace(Volunteer.phone, "-", "") == digits),
    )
    rows = session.scalars(
        sa.select(Volunteer).where(_LIVE, Volunteer.id != own, shares).order_by(Volunteer.id)
    )
    wanted = person_kana(kana)
    return next((one for one in rows if person_kana(one.kana) == wanted), None)


def registered() -> sa.Select[Volunteer]:
    """Who is registered: confirmed, and neither resting nor gone."""
    return sa.select(Volunteer).where(
        Volunteer.state == VolunteerState.ACTIVE, Volunteer.confirmed_at.is_not(None)
    )


def may_be_asked() -> sa.Select[Volunteer]:
    """Who of them has agreed to be asked: nobody else appears on the desk."""
    return registered().where(Volunteer.may_be_asked.is_(True))


@dataclass(frozen=True)
class RegisterInNumbers:
    """登録の人数, as counted; what everybody may see of it is for the rules to say.

    `districts` splits the whole, people from elsewhere under "".
    """

    total: int
    skills: dict[str, int]
    districts: dict[str, int]


def in_numbers(session: Session) -> RegisterInNumbers:
    """How many are registered, by skill and by district."""
    rows = session.execute(
        registered().with_only_columns(Volunteer.skills, Volunteer.district)
    ).all()
    skills = Counter(skill for row in rows for skill in row.skills)
    return RegisterInNumbers(
        len(rows),
        {skill.value: skills[skill.value] for skill in Skill},
        dict(Counter(row.district for row in rows)),
    )


@dataclass(frozen=True)
class VolunteerList:
    """A page of the register for staff, the latest first."""

    volunteers: Sequence[Volunteer]
    total: int
    page: int
    pages: int


def listing(session: Session, *, word: str = "", skill: str = "", page: int = 1) -> VolunteerList:
    """The register, or who of it goes by a name, reading, number or address, as it is typed."""
    conditions = [_LIVE]
    if word:
        conditions.append(_goes_by(word))
    if skill:
        conditions.append(Tags.have(Volunteer.skills, skill))
    total = session.scalar(sa.select(sa.func.count(Volunteer.id)).where(*conditions)) or 0
    page, pages = paged(page, total=total, size=PER_PAGE)
    rows = session.scalars(
        sa.select(Volunteer)
        .where(*conditions)
        .order_by(Volunteer.id.desc())
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    ).all()
    return VolunteerList(rows, total, page, pages)


def _goes_by(word: str) -> sa.ColumnElement[bool]:
    if "@" in text.email(word):
        return Volunteer.email.contains(text.email(word), autoescape=True)
    digits = text.digits(word)
    if len(digits) >= _FEWEST_DIGITS:
        return sa.func.replace(Volunteer.phone, "-", "").endswith(digits, autoescape=True)
    typed = ((Volunteer.name, word), (Volunteer.kana, text.kana(word)))
    return sa.or_(
        *(
            sa.func.replace(column, " ", "").contains("".join(said.split()), autoescape=True)
            for column, said in typed
        )
    )


def all_registered(session: Session) -> Sequence[Volunteer]:
    """Everybody of the register in the order of their readings: for paper."""
    return session.scalars(
        sa.select(Volunteer)
        .where(_LIVE, Volunteer.confirmed_at.is_not(None))
        .order_by(Volunteer.kana, Volunteer.id)
    ).all()


def unconfirmed_since(session: Session, *, now: datetime) -> Sequence[str]:
    """Registrations that nobody confirmed in time."""
    return session.scalars(
        sa.select(Volunteer.public_id).where(
            Volunteer.confirmed_at.is_(None), Volunteer.changed_at < now - UNCONFIRMED_FOR, _LIVE
        )
    ).all()


def has_letters_to_forget(session: Session) -> bool:
    """Whether letters to registrations that have ended have left: asked each round, no lock."""
    ended = sa.select(Volunteer.public_id).where(Volunteer.state == VolunteerState.ENDED)
    return bool(
        session.scalar(
            sa.select(
                sa.exists().where(
                    OutboxMessage.volunteer_id.in_(ended),
                    OutboxMessage.state.not_in(ON_ITS_WAY),
                )
            )
        )
    )
