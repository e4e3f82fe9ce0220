"""A PostgreSQL of one's own for trials: found on this machine, made in a folder that goes away, on a socket only."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType


def server_folder() -> Path | None:
    """Where ``initdb`` and ``pg_ctl`` lie: on the path, or where Debian and others put them."""
    places = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    places += [Path("/usr/local/bin"), Path("/opt/homebrew/bin")]
    return next((p for p in places if (p / "initdb").exists() and (p / "pg_ctl").exists()), None)


def _unprivileged() -> list[str]:
    """How to run a program as somebody else than root, whom PostgreSQL refuses."""
    if os.name != "posix" or os.getuid() != 0:
        return []
    return ["setpriv", f"--reuid={_user()[0]}", f"--regid={_user()[1]}", "--clear-groups"]


def _user() -> tuple[int, int]:
    import pwd

    for name in ("postgres", "nobody"):
        try:
            found = pwd.getpwnam(name)
            return found.pw_uid, found.pw_gid
        except KeyError:
            continue
    raise RuntimeError("neither postgres nor nobody is a user here")


def why_not() -> str | None:
    """Why no server can be started here; ``None`` when one can."""
    if server_folder() is None:
        return "PostgreSQL (initdb, pg_ctl) is not on this machine"
    if _unprivileged() and not shutil.which("setpriv"):
        return "PostgreSQL does not run as root, and setpriv is missing to run it as somebody else"
    return None


def install() -> None:
    """Fetch the server with Debian's own packager, where it is missing and that is allowed; it is not started."""
    if server_folder() is not None or os.name != "posix" or os.getuid() != 0 or shutil.which("apt-get") is None:
        return
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "postgresql"]):
        done = subprocess.run(
            ["apt-get", *command], capture_output=True, timeout=300, check=False,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"},
        )  # fmt: skip
        if done.returncode:
            return


class Server:
    """Started in ``with``; ``owner`` and ``app`` are addresses of a database with a role for the server."""

    def __init__(self, *, waits_for_disk: bool = False) -> None:
        self.bin = server_folder() or Path()
        self.waits = waits_for_disk
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self.env = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": str(self.folder)}

    def _run(self, *command: str) -> None:
        subprocess.run(
            [*_unprivileged(), *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/",
            env=self.env, timeout=60,
        )  # fmt: skip

    def __enter__(self) -> Server:
        data = self.folder / "data"
        if _unprivileged():
            os.chown(self.folder, *_user())
        self._run(str(self.bin / "initdb"), "-D", str(data), "-U", "owner", "--auth=trust", "--no-sync", "-E", "UTF8")
        self.start()
        self.sql("CREATE ROLE app LOGIN", "CREATE ROLE maker LOGIN CREATEDB")
        self.database("trial")
        return self

    def start(self) -> None:
        """Start, also after a kill; waits until it answers."""
        options = f"-k {self.folder} -c listen_addresses= -c max_connections=60 -c shared_buffers=16MB"
        options += "" if self.waits else " -c fsync=off -c full_page_writes=off"
        log = str(self.folder / "log")
        self._run(str(self.bin / "pg_ctl"), "-D", str(self.folder / "data"), "-l", log, "-w", "-o", options, "start")

    @property
    def process(self) -> int:
        """The id of the server's first process."""
        return int((self.folder / "data" / "postmaster.pid").read_text().splitlines()[0])

    def kill(self) -> None:
        """SIGKILL to the server and every process of it, as nothing else ends it."""
        first = self.process
        listing = subprocess.run(["ps", "-o", "pid=", "--ppid", str(first)], capture_output=True, text=True).stdout
        for process in (first, *map(int, listing.split())):
            try:
                os.kill(process, signal.SIGKILL)
            except ProcessLookupError:
                continue
        until = time.monotonic() + 10
        while time.monotonic() < until and Path(f"/proc/{first}").exists():
            time.sleep(0.01)
        (self.folder / "data" / "postmaster.pid").unlink(missing_ok=True)

    def address(self, role: str, database: str = "trial") -> str:
        """As the settings of a practice name it."""
        return f"postgresql+psycopg://{role}@/{database}?host={self.folder}"

    def sql(self, *statements: str, database: str = "postgres", role: str = "owner") -> list[tuple[object, ...]]:
        """Run statements; the rows of the last."""
        import psycopg

        rows: list[tuple[object, ...]] = []
        with psycopg.connect(host=str(self.folder), user=role, dbname=database, autocommit=True) as db:
            for statement in statements:
                found = db.execute(statement)  # type: ignore[arg-type]
                rows = found.fetchall() if found.description else []
        return rows

    def database(self, name: str, template: str | None = None) -> str:
        """A new database that ``maker`` owns; its name."""
        self.sql(f"CREATE DATABASE {name} OWNER maker" + (f" TEMPLATE {template}" if template else ""))
        return name

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(subprocess.CalledProcessError):
            self._run(str(self.bin / "pg_ctl"), "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)
