"""計画・指標: a plan's definition, figures by hand, and how many people live here."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from kyodo_match.core.db import Base, int_pk


class Plan(Base):
    """計画: the definition is one document, replaced whole by an import; rules.py reads it."""

    __tablename__ = "plan"
    __table_args__ = (
        sa.CheckConstraint("first_fiscal_year <= last_fiscal_year", name="years_in_order"),
    )

    id: Mapped[int_pk]
    key: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    municipality_code: Mapped[str] = mapped_column(default="")
    first_fiscal_year: Mapped[int]
    last_fiscal_year: Mapped[int]
    definition: Mapped[dict[str, Any]]
    imported_at: Mapped[datetime]


class Figure(Base):
    """実績値（手入力）: a figure by hand, with its reason; a later one replaces it in reading."""

    __tablename__ = "figure"
    __table_args__ = (sa.Index("ix_figure_plan_indicator", "plan_key", "indicator_key"),)

    id: Mapped[int_pk]
    plan_key: Mapped[str]
    indicator_key: Mapped[str]
    as_of: Mapped[date]
    fiscal_year: Mapped[int | None]  # the figure is for that year as a whole
    value: Mapped[float]
    reason: Mapped[str]
    entered_by: Mapped[str]
    entered_at: Mapped[datetime]


class Population(Base):
    """人口: residents of a district on a day (住民基本台帳)."""

    __tablename__ = "population"
    __table_args__ = (
        sa.UniqueConstraint("municipality_code", "day", "district"),
        sa.CheckConstraint("total >= 0", name="total_not_negative"),
    )

    id: Mapped[int_pk]
    municipality_code: Mapped[str]
    day: Mapped[date]
    district: Mapped[str]
    total: Mapped[int]
    ages: Mapped[dict[str, Any]] = mapped_column(default=dict)
