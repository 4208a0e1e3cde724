"""A made-up S3, one request at a time: real ones decide atomically who creates an object, moto's threads do not."""

from __future__ import annotations

import sys
from functools import lru_cache

from moto.core import serialize
from moto.moto_server.werkzeug_app import create_backend_app
from werkzeug.serving import WSGIRequestHandler, run_simple

# A listing reads the time of each key from a text anew, which takes a third of it; of most keys it has not changed.
serialize.parse_to_aware_datetime = lru_cache(100_000)(serialize.parse_to_aware_datetime)


class _Quiet(WSGIRequestHandler):
    """Answers without a line of log for each request."""

    def log_request(self, *_: object) -> None:
        """Log nothing."""


if __name__ == "__main__":
    # S3 alone: to find out which service a request is for, moto looks through all of its modules.
    app = create_backend_app("s3")
    run_simple("127.0.0.1", int(sys.argv[1]), app, threaded=False, request_handler=_Quiet)
