"""The lock files say the same: what one of them pins, no other pins otherwise or forgets."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOLVER_ALONE = {"numpy", "scipy"}


def pinned(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pins = (re.match(r"([A-Za-z0-9._-]+)==(\S+)", line) for line in lines)
    return {pin[1]: pin[2] for pin in pins if pin}


def test_the_solver_adds_its_own_libraries_to_those_of_the_product_and_no_other() -> None:
    product = pinned("requirements.lock")
    solver = pinned("requirements-solver.lock")

    assert set(solver) - set(product) == SOLVER_ALONE


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-solver.lock"])
def test_what_is_tested_is_what_is_installed(name: str) -> None:
    tested = pinned("requirements-dev.lock")

    otherwise = {k: v for k, v in pinned(name).items() if tested.get(k) != v}

    assert otherwise == {}
