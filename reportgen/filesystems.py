"""Opens what lies behind a URL that fsspec knows, such as `s3://bucket/prefix`: archives, and order lines."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from reportgen.errors import ConfigError, Problem


def is_url(place: str) -> bool:
    """Tell a URL from a path."""
    scheme, is_there, _ = place.partition("://")
    return bool(is_there) and scheme.replace("+", "").isalnum()


def shown_url(url: str) -> str:
    """Return a URL without what stands behind its path, which may be a signature."""
    return url.partition("?")[0] if is_url(url) else url


def open_filesystem(url: str, option: str) -> tuple[Any, str]:
    """Open the filesystem of a URL.

    Parameters
    ----------
    url : str
        The URL; credentials and endpoint come from the environment, as the library of that store reads them.
    option : str
        The option that states it.

    Returns
    -------
    tuple of (fsspec filesystem, str)
        The filesystem, and the URL's path in it.

    Raises
    ------
    ConfigError
        When the URL's library is not installed, or nobody knows the URL's kind.
    """
    login = urlsplit(url)
    if login.username or login.password:
        shown = f"{login.scheme}://…@{login.hostname or ''}{login.path}"
        hint = "Give it in the environment, as the library of that store reads it."
        raise ConfigError(Problem(shown, option, "a URL without a login in it", "one with", hint))
    try:
        from fsspec.core import url_to_fs  # noqa: PLC0415 - an extra

        filesystem, root = url_to_fs(url, **_settings(url))
    except (ImportError, ValueError) as error:
        expected = "a path, or a URL whose library is installed"
        hint = "Install what it needs: pip install 'reportgen[s3]' for s3://, else what fsspec names."
        raise ConfigError(Problem(url, option, expected, str(error), hint)) from None
    return filesystem, root.rstrip("/")


def _settings(url: str) -> dict[str, Any]:
    """Keep S3 from caching listings, for another run may write meanwhile; let folders be made where there are any."""
    if url.startswith(("s3://", "s3a://")):
        return {"use_listings_cache": False}
    return {"auto_mkdir": True} if url.startswith(("file://", "local://")) else {}
