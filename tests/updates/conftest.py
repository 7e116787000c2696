from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.updates.made import Site, made_site


@pytest.fixture
def site() -> Iterator[Site]:
    with made_site() as site:
        yield site
