"""Every state and every choice has its words."""

from enum import StrEnum
from typing import Any

import pytest
from flask import Flask

from kyodo_match.signups import messages
from kyodo_match.signups.rules import AgeGroup, Channel, Residency, SignupStatus, Support


@pytest.mark.parametrize(
    ("label", "members"),
    [
        (messages.status_label, SignupStatus),
        (messages.channel_label, Channel),
        (messages.age_group_label, AgeGroup),
        (messages.residency_label, Residency),
        (messages.support_label, Support),
    ],
)
def test_every_choice_has_a_label_of_its_own(
    app: Flask, label: Any, members: type[StrEnum]
) -> None:
    labels = {label(member) for member in members}

    assert len(labels) == len(list(members))
    assert not labels & {member.value for member in members}


def test_the_age_of_high_school_is_spelled_out(app: Flask) -> None:
    assert messages.age_group_label(AgeGroup.HIGH_SCHOOL) == "高校生年代（15〜17歳）"
