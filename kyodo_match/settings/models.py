"""設定: what staff set on the pages, apart from the environment."""

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from kyodo_match.core.db import Base, int_pk


class Setting(Base):
    """設定: one named value (districts, office calendar, office contact)."""

    __tablename__ = "setting"

    id: Mapped[int_pk]
    name: Mapped[str] = mapped_column(unique=True)
    value: Mapped[dict[str, Any]]
