"""団体: kinds, states and roles of members."""

from enum import StrEnum


class GroupKind(StrEnum):
    """団体の種類. Source: 市民協働基本指針 V-4."""

    NEIGHBOURHOOD = "neighbourhood"
    PURPOSE = "purpose"
    OTHER = "other"
    BUSINESS = "business"
    PUBLIC = "public"


class GroupStatus(StrEnum):
    """登録の状態."""

    APPLIED = "applied"
    REGISTERED = "registered"
    SUSPENDED = "suspended"
    ENDED = "ended"


class MemberRole(StrEnum):
    """団体での役割, from the least to the most."""

    RECEPTION = "reception"
    EDITOR = "editor"
    OWNER = "owner"

    @property
    def rank(self) -> int:
        return list(MemberRole).index(self)


LEGAL_FORMS = (
    "任意団体", "NPO法人", "認定NPO法人", "一般社団・財団", "社会福祉法人", "学校法人", "会社", "その他",
)  # fmt: skip

# The 20 fields of the NPO law (特定非営利活動促進法 別表) as reports use them.
LAW_FIELDS = {
    1: "保健・医療・福祉", 2: "社会教育", 3: "まちづくり", 4: "観光", 5: "農山漁村・中山間地域",
    6: "学術・文化・芸術・スポーツ", 7: "環境の保全", 8: "災害救援", 9: "地域安全", 10: "人権・平和",
    11: "国際協力", 12: "男女共同参画", 13: "子どもの健全育成", 14: "情報化社会", 15: "科学技術",
    16: "経済活動の活性化", 17: "職業能力・雇用機会", 18: "消費者の保護",
    19: "団体の運営・活動の連絡・助言・援助", 20: "条例で定める活動",
}  # fmt: skip


class PlainField(StrEnum):
    """分野: the nine plain ones that citizens choose among."""

    WELFARE = "welfare"
    EDUCATION = "education"
    CULTURE = "culture"
    SPORTS = "sports"
    ENVIRONMENT = "environment"
    COMMUNITY = "community"
    SAFETY = "safety"
    INTERNATIONAL = "international"
    OTHER = "other"


# Which plain fields a law field falls under. Source: domain.md 2.
PLAIN_OF_LAW: dict[int, tuple[PlainField, ...]] = {
    1: (PlainField.WELFARE,),
    2: (PlainField.EDUCATION,),
    13: (PlainField.EDUCATION,),
    6: (PlainField.CULTURE, PlainField.SPORTS),
    7: (PlainField.ENVIRONMENT,),
    **dict.fromkeys((3, 4, 5, 16, 17), (PlainField.COMMUNITY,)),
    **dict.fromkeys((8, 9, 18), (PlainField.SAFETY,)),
    **dict.fromkeys((10, 11, 12), (PlainField.INTERNATIONAL,)),
    **dict.fromkeys((14, 15, 19, 20), (PlainField.OTHER,)),
}


def plain_fields(law_fields: tuple[int, ...]) -> tuple[str, ...]:
    """The plain fields of some law fields, in the order citizens see them, each once."""
    wanted = {plain for number in law_fields for plain in PLAIN_OF_LAW[number]}
    return tuple(field.value for field in PlainField if field in wanted)
