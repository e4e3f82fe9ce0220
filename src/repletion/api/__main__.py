"""``python -m repletion.api [HOST] [PORT] [WORKERS] [NAME ...]``: the interface alone (127.0.0.1 8000 2).

It answers to the names of this machine, to HOST and to every NAME.  This process holds the connections and looks things
up; WORKERS others work answers out, one at a time each.  A connection that is kept open so binds no worker: with whole
servers that shared a socket, one of two was seen to do 72 % of the work.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from socket import IPPROTO_TCP, TCP_NODELAY
from typing import Any

from repletion.api import create_api
from repletion.api.hands import starter
from repletion.api.routes import answers
from repletion.inference.fast import SETTING

LIMIT = 30.0
"""Seconds of work on one answer; the widest cases take a few tenths."""
EVERYBODY = "repletion.api.everybody"
"""What the process reads and works out of which those that answer are copies."""


def main(app: Callable[..., Any] = create_api) -> None:
    """Serve until stopped; no access log, since even addresses tell something."""
    import uvicorn

    os.environ.setdefault(SETTING, "1")  # the process of which all are copies asks for it
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # a worker has one core; a second thread would only wait on it
    host, port, workers = (*sys.argv[1:4], *("127.0.0.1", "8000", "2")[len(sys.argv) - 1 :])
    config = uvicorn.Config(
        partial(app, hosts=(host, *sys.argv[4:])), factory=True, host=host, port=int(port), access_log=False,
        server_header=False, log_level="warning", backlog=2048, timeout_graceful_shutdown=int(LIMIT),
    )  # fmt: skip
    listening = config.bind_socket()
    listening.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)  # connections accepted from it inherit this
    starter(EVERYBODY)
    answers.in_processes(int(workers), LIMIT)
    try:
        uvicorn.Server(config).run(sockets=[listening])
    finally:
        answers.hands.close()


if __name__ == "__main__":
    main()
