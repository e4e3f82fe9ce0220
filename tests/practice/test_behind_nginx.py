"""Both servers behind a real nginx with TLS and the location blocks of ``deploy/``; only ports and a path differ."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx2
import pytest
from going import WORD

from repletion.web.guard import HEADERS

pytestmark = pytest.mark.long

DEPLOY = Path(__file__).parents[2] / "deploy"
HOST = "health.example"
SITE = """daemon off; pid {folder}/pid; error_log {folder}/error.log notice; {user}
events {{}}
http {{
  access_log {folder}/access.log; client_header_timeout 15s;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port} ssl; server_name {host};
    ssl_certificate {folder}/host.pem; ssl_certificate_key {folder}/host.key; include {folder}/site.conf; }}
}}
"""


@pytest.fixture(scope="module")
def nginx() -> str:
    """Debian's nginx; fetched with its own packager where it is missing and that is allowed."""
    if shutil.which("nginx") is None:
        if not hasattr(os, "geteuid") or os.geteuid() != 0 or shutil.which("apt-get") is None:
            pytest.skip("no nginx here, and it cannot be installed without apt-get and its rights")
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "nginx-light"]):
            env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
            if subprocess.run(["apt-get", *command], capture_output=True, timeout=600, check=False, env=env).returncode:
                pytest.skip(f"nginx could not be installed: apt-get {' '.join(command)} failed")
    return str(shutil.which("nginx"))


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def running(command: list[str], port: int) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
        try:
            for _ in range(600):
                assert process.poll() is None, process.stdout and process.stdout.read()
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield process
        finally:
            process.terminate()


class ByName(httpx2.HTTPTransport):
    """Sends what is for :data:`HOST` to the proxy on this machine, as a resolver would."""

    def __init__(self, port: int) -> None:
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        super().__init__(verify=trusting)
        self.port = port

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        there = request.url.copy_with(host="127.0.0.1", port=self.port)
        return super().handle_request(
            httpx2.Request(request.method, there, headers=request.headers, stream=request.stream)
        )


Behind = Callable[[str, int], tuple[httpx2.Client, Path]]


@pytest.fixture
def behind(nginx: str, tmp_path: Path) -> Iterator[Behind]:
    """Starts nginx with a location block of ``deploy/`` before a port; a client of it, and the folder of its logs."""
    with ExitStack() as started:

        def start(name: str, server: int) -> tuple[httpx2.Client, Path]:
            command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", f"/CN={HOST}"]
            command += ["-keyout", "host.key", "-out", "host.pem"]
            subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
            secret = subprocess.run(["openssl", "passwd", "-apr1", WORD], capture_output=True, text=True, check=True)
            names = tmp_path / "names"
            names.write_text(f"anna:{secret.stdout}", encoding="ascii")
            block = (DEPLOY / name).read_text(encoding="utf-8").replace("127.0.0.1:8000", f"127.0.0.1:{server}")
            (tmp_path / "site.conf").write_text(block.replace("/etc/nginx/repletion.htpasswd", str(names)), "utf-8")
            port, user = free_port(), "user root;" if os.geteuid() == 0 else ""
            whole = tmp_path / "nginx.conf"
            whole.write_text(SITE.format(folder=tmp_path, port=port, host=HOST, user=user), encoding="utf-8")
            started.enter_context(running([nginx, "-c", str(whole)], port))
            client = httpx2.Client(base_url=f"https://{HOST}", transport=ByName(port), timeout=60)
            return started.enter_context(client), tmp_path

        yield start


def test_a_household_behind_nginx(behind: Behind) -> None:
    port = free_port()
    command = [sys.executable, "-m", "repletion", "serve", "--port", str(port), "--allow-host", HOST]
    with running(command, port) as server:
        client, folder = behind("nginx.conf", port)
        assert client.get("/").status_code == 401
        client.auth = ("anna", WORD)
        first = client.get("/")
        assert first.status_code == 200
        for name, value in HEADERS.items():
            assert first.headers[name] == value
        own = {"Origin": f"https://{HOST}", "Sec-Fetch-Site": "same-origin"}
        said = client.post("/understood", data={"words": "my marigold eyelid twitches"}, headers=own)
        assert said.status_code == 200 and "marigold" in said.text
        told = html.unescape(re.findall(r'name="told" value="([^"]*)"', said.text)[0])
        answer = client.post("/answer", data={"told": told}, headers=own, follow_redirects=True)
        assert answer.status_code == 200 and "Eyelid" in answer.text
        assert client.post("/kept", data={"told": told, "name": "x"}, headers=own).status_code in {403, 404}
        case = json.dumps({"findings": [{"text": "eyelid twitching"}]})
        whole = client.post("/v1/assessments", content=case, headers={"Content-Type": "application/json"})
        assert whole.status_code == 200 and whole.json()["explanations"]
        large = client.post("/v1/assessments", content=b" " * 21_000_000, headers={"Content-Type": "application/json"})
        assert large.status_code == 413
        refused = httpx2.get(f"http://127.0.0.1:{port}/", headers={"Host": "evil.example"})
        assert refused.status_code == 421
        logged = "".join(path.read_text() for path in folder.glob("*.log"))
        assert "marigold" not in logged and "GET / " not in logged
        server.terminate()
        assert server.stdout is not None and "marigold" not in server.stdout.read()


def test_a_practice_behind_nginx(behind: Behind, tmp_path: Path) -> None:
    port = free_port()
    settings = tmp_path / "practice.toml"
    settings.write_text(
        f'url = "https://{HOST}"\nport = {port}\ndatabase = "sqlite:///{tmp_path}/practice.sqlite"\n'
        f'key_file = "{tmp_path}/practice.key"\nbackups = "{tmp_path}/backups"\n',
        encoding="utf-8",
    )
    practice = [sys.executable, "-m", "repletion", "practice", "--settings", str(settings)]
    subprocess.run(
        [*practice, "init", "--admin", "root", "--password-from", "-"], input=WORD, text=True, check=True,
        capture_output=True,
    )  # fmt: skip
    with running([*practice, "serve"], port) as server:
        client, folder = behind("nginx-practice.conf", port)
        assert client.get("/live").status_code == 200 and client.get("/ready").status_code == 200
        page = client.get("/login")
        assert page.headers["strict-transport-security"] == "max-age=31536000"
        token = re.findall(r'name="form_token" value="([^"]*)"', page.text)[0]
        own = {"Origin": f"https://{HOST}", "Sec-Fetch-Site": "same-origin"}
        named = {"form_token": token, "name": "root", "password": WORD}
        strange = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        assert client.post("/login", data=named, headers=strange).status_code == 403
        inside = client.post("/login", data=named, headers=own)
        assert inside.status_code == 303
        cookies = inside.headers.get_list("set-cookie")
        assert cookies and all("Secure" in each and each.startswith("__Host-") for each in cookies)
        account = client.get("/account")
        assert account.status_code == 200 and "root" in account.text
        logged = "".join(path.read_text() for path in folder.glob("*.log"))
        assert "GET /account" not in logged
        server.terminate()
        assert server.stdout is not None and WORD not in server.stdout.read()
