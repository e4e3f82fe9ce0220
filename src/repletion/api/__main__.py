"""``python -m repletion.api [HOST] [PORT] [WORKERS] [NAME ...]``: the interface alone (127.0.0.1 8000 2).

It answers to the names of this machine, to HOST and to every NAME.

Uvicorn's own ``--workers`` shares a socket on which small answers are held back (40 ms each on a connection kept open,
measured); here that socket sends at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from socket import IPPROTO_TCP, TCP_NODELAY
from typing import Any

from repletion.api import create_api
from repletion.inference.fast import SETTING, use_compiled


def main(app: Callable[..., Any] = create_api) -> None:
    """Serve until stopped; no access log, since even addresses tell something."""
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    os.environ.setdefault(SETTING, "1")  # the processes ask for it; compiled here, it is there for all of them
    use_compiled()
    host, port, workers = (*sys.argv[1:4], *("127.0.0.1", "8000", "2")[len(sys.argv) - 1 :])
    config = uvicorn.Config(
        partial(app, hosts=(host, *sys.argv[4:])), factory=True, host=host, port=int(port), workers=int(workers),
        access_log=False, server_header=False, log_level="warning", backlog=2048,
    )  # fmt: skip
    listening = config.bind_socket()
    listening.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)  # connections accepted from it inherit this
    Multiprocess(config, sockets=[listening]).run()


if __name__ == "__main__":
    main()
