"""Shops without groups, of four kinds."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from tests.segments.trust.shops import make_box, make_cloud, make_shuffled, make_skewed

Shop = Callable[[int], pd.DataFrame]


@pytest.fixture(params=[make_box, make_cloud, make_skewed, make_shuffled], ids=lambda make: make.__name__)
def groupless(request: pytest.FixtureRequest) -> Shop:
    """Return what makes shops without groups."""
    made: Shop = request.param
    return made
