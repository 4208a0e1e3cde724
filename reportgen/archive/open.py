"""Opens the place of an archive: a folder, or a URL."""

from __future__ import annotations

from reportgen.archive.storage import Storage


def open_storage(place: str) -> Storage:
    """Open a folder, or a URL that fsspec knows.

    Raises
    ------
    ConfigError
        When the URL needs a library that is not there.
    """
    scheme, is_url, path = place.partition("://")
    if is_url and scheme in ("file", "local"):
        place, is_url = path, ""  # a folder by another name: what holds for folders must hold for it
    if is_url:
        from reportgen.archive.remote import RemoteStorage  # noqa: PLC0415 - its libraries are an extra

        return RemoteStorage(place)
    from reportgen.archive.local import LocalStorage  # noqa: PLC0415

    return LocalStorage(place)
