"""計画・指標: what a plan says and how its indicators are counted and judged. Plain Python."""
