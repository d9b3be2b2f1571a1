"""Volunteer needs: how a need spreads over time, and what somebody can bring."""

from enum import StrEnum


class NeedPattern(StrEnum):
    """募集の形: one day, several days with roles, or whenever it suits."""

    ONE_OFF = "one_off"
    SEVERAL = "several"
    STANDING = "standing"


class Skill(StrEnum):
    """得意なこと: what a need asks for and a person offers."""

    PHOTO = "photo"
    COMPUTER = "computer"
    DESIGN = "design"
    WRITING = "writing"
    ACCOUNTING = "accounting"
    DRIVING = "driving"
    CARPENTRY = "carpentry"
    GARDENING = "gardening"
    COOKING = "cooking"
    MUSIC = "music"
    READING_ALOUD = "reading_aloud"
    TEACHING = "teaching"
    CHILDCARE = "childcare"
    CARE = "care"
    FIRST_AID = "first_aid"
    SIGN_LANGUAGE = "sign_language"
    FOREIGN_LANGUAGE = "foreign_language"
    HOSTING = "hosting"
    MUSCLE = "muscle"
