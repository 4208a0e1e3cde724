"""Places for archives: a folder, and a bucket of a real S3 server on the loopback."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from reportgen.archive.open import open_storage
from reportgen.archive.storage import Storage


@pytest.fixture(params=["folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return a new, empty place: a folder, or a URL of the S3 server."""
    if request.param == "folder":
        return str(tmp_path / "archive")
    return f"{request.getfixturevalue('s3_bucket')}/{uuid.uuid4().hex}"


@pytest.fixture
def storage(place: str) -> Storage:
    """Open the place."""
    return open_storage(place)
