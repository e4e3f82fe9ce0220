"""The door before every page: who comes, how often, and whether a form was sent from a page of this server.

Whoever is not signed in reaches the sign-in, the files of the pages and the two signs of life, nothing else.  What an
unknown visitor typed into a form (a session ends, the page stays open) goes with them through the sign-in.
"""

from __future__ import annotations

import hmac
import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from repletion.api import PLACES
from repletion.keeping import KeepError
from repletion.practice.sessions import Sessions, Visitor
from repletion.practice.settings import Settings
from repletion.practice.throttle import Throttle
from repletion.practice.vault import Vault
from repletion.web.guard import LARGEST
from repletion.web.pages import AROUND, KEEPS, Around

VISITOR: ContextVar[Visitor | None] = ContextVar("visitor", default=None)
"""Who is signed in, during one request."""

SIGNS_OF_LIFE = frozenset({"/live", "/ready"})
_WITHOUT_SIGN_IN = frozenset({"/login", "/login/provider", "/login/return", "/reset"})
_MEANWHILE = frozenset({"/account/password", "/logout"})
_NOT_HERE = (
    "/open", "/kept/door", "/kept/open", "/kept/shut", "/kept/lock", "/kept/unlock", "/kept/backup", "/kept/restore",
    *PLACES,
)  # fmt: skip
"""What belongs to one file of one person, or to programs without a sign-in."""

TOKEN = "form_token"  # noqa: S105 - the name of a field
_SALT = 16
_LOCAL = re.compile(r"/(?:[A-Za-z0-9_.~-]+(?:/[A-Za-z0-9_.~-]+)*)?")


@dataclass(frozen=True)
class Cookies:
    """Names and marks of the cookies; on https they can be set by this host only."""

    is_https: bool

    @property
    def session(self) -> str:
        """The session."""
        return "__Host-repletion" if self.is_https else "repletion-practice"

    @property
    def before(self) -> str:
        """Before there is a session: ties a sign-in form to the browser that asked for it."""
        return f"{self.session}-before"

    @property
    def provider(self) -> str:
        """During a sign-in at the provider."""
        return f"{self.session}-provider"

    def set(self, response: Response, name: str, value: str) -> None:
        """Until the browser is closed; not for scripts, not sent with forms of other sites."""
        response.set_cookie(name, value, httponly=True, secure=self.is_https, samesite="lax", path="/")

    def drop(self, response: Response, name: str) -> None:
        """Take it away."""
        response.delete_cookie(name, httponly=True, secure=self.is_https, samesite="lax", path="/")


def local(path: str | None) -> str:
    """A page of this server to go on to, else the first one: never an address elsewhere, never a query."""
    return path if path and _LOCAL.fullmatch(path) and not path.startswith("/log") else "/"


class Tokens:
    """The token of each form: tied to the session (or, before one, to the browser), different on every page."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault

    def make(self, secret: str) -> str:
        """A token for whoever holds ``secret``."""
        salt = secrets.token_hex(_SALT // 2)
        return salt + self._vault.mac("form", salt, secret)

    def fits(self, secret: str, token: str) -> bool:
        """Whether the token was made for this secret."""
        made = token[:_SALT] + self._vault.mac("form", token[:_SALT], secret)
        return bool(secret) and hmac.compare_digest(made.encode(), token.encode())


def sent_from_here(request: Request, settings: Settings) -> bool:
    """Whether the browser says that a page of this server sent the form; without a word the token decides alone."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("origin")
    return origin is None or origin == settings.origin


def address_of(request: Request) -> str:
    """Where the request comes from, as the server knows it (behind a trusted proxy: as that says)."""
    return request.client.host if request.client else "unknown"


class Door:
    """Around the pages.  ``sign_in(request, form, path)`` draws the sign-in for somebody who is not signed in, and
    ``fault(status, detail)`` the page of an error."""

    def __init__(
        self, app: ASGIApp, *, settings: Settings, sessions: Sessions, throttle: Throttle, tokens: Tokens,
        sign_in: object, fault: object,
    ) -> None:  # fmt: skip
        self.app = app
        self.settings = settings
        self.sessions = sessions
        self.throttle = throttle
        self.tokens = tokens
        self.cookies = Cookies(settings.is_https)
        self.sign_in = sign_in
        self.fault = fault

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["path"] in SIGNS_OF_LIFE or scope["path"].startswith("/static/"):
            await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        response = await self._stopped(request)
        if response is not None:
            await response(scope, receive, send)
            return
        try:
            visitor = await self._visitor(request)
        except KeepError as error:  # the database is away
            await self.fault(503, str(error))(scope, receive, send)  # type: ignore[operator]
            return
        if visitor is not None and not visitor.person.keeps and f"{scope['path']}/".startswith("/kept/"):
            await self.fault(404, "")(scope, receive, send)  # type: ignore[operator]
            return
        secret = visitor.token if visitor else request.cookies.get(self.cookies.before, "")
        fresh = "" if secret else secrets.token_urlsafe(32)
        marks = VISITOR.set(visitor), AROUND.set(self._around(visitor, secret or fresh))
        KEEPS.set(visitor is not None and visitor.person.keeps)
        try:
            receive, response = await self._let_in(request, visitor, secret)
            out = self._with_cookie(send, fresh) if fresh else send
            await (response or self.app)(scope, receive, out)
        finally:
            VISITOR.reset(marks[0])
            AROUND.reset(marks[1])

    async def _stopped(self, request: Request) -> Response | None:
        """What is refused to everybody."""
        path = request.scope["path"]  # what the routes go by; an address is put together with a header of the caller
        if any(f"{path}/".startswith(f"{place}/") for place in _NOT_HERE):
            return self.fault(404, "")  # type: ignore[operator,no-any-return]
        held = request.cookies.get(self.cookies.session) or address_of(request)
        if not self.throttle.may_ask(held) or not self.throttle.may_ask_from(address_of(request)):
            response: Response = self.fault(429, "")  # type: ignore[operator]
            response.headers["Retry-After"] = "60"
            return response
        if request.method not in {"GET", "HEAD"} and not sent_from_here(request, self.settings):
            return self.fault(403, "")  # type: ignore[operator,no-any-return]
        return None

    async def _visitor(self, request: Request) -> Visitor | None:
        token = request.cookies.get(self.cookies.session)
        return await run_in_threadpool(self.sessions.of, token) if token else None

    def _around(self, visitor: Visitor | None, secret: str) -> Around:
        links: tuple[tuple[str, str], ...] = ()
        if visitor is not None:
            links = (("account", "/account"),)
            if visitor.person.role == "admin":
                links = (
                    ("people", "/admin/users"),
                    ("audit", "/admin/audit"),
                    ("retention", "/admin/retention"),
                    *links,
                )
        token = self.tokens.make(secret)
        return Around(
            field=TOKEN, token=token, who=visitor.person.shown if visitor else "", links=links,
            whose=visitor.person.id if visitor else "",
            shares=visitor is not None and visitor.person.role == "clinician",
        )  # fmt: skip

    async def _let_in(self, request: Request, visitor: Visitor | None, secret: str) -> tuple[Receive, Response | None]:
        """What the pages may read, and a response where the request ends here."""
        path, receive = request.scope["path"], request.receive
        if request.method in {"GET", "HEAD"}:
            if visitor is None and path not in _WITHOUT_SIGN_IN:
                return receive, RedirectResponse(f"/login?next={quote(local(path))}", status_code=303)
            if visitor is not None and visitor.person.must_change and path not in _MEANWHILE:
                return receive, RedirectResponse("/account/password", status_code=303)
            return receive, None
        body, form = await self._form(request, visitor)
        token = form.get(TOKEN, "") if form is not None else ""
        if visitor is None and path not in _WITHOUT_SIGN_IN:
            return receive, await run_in_threadpool(self.sign_in, request, form, path)  # type: ignore[arg-type]
        if not self.tokens.fits(secret, token):
            return receive, self.fault(403, "")  # type: ignore[operator]
        if visitor is not None and visitor.person.must_change and path not in _MEANWHILE:
            return receive, RedirectResponse("/account/password", status_code=303)
        return _again(body), None

    async def _form(self, request: Request, visitor: Visitor | None) -> tuple[bytes, dict[str, str] | None]:
        """The body, and its fields; of an unknown visitor no more than a form may hold."""
        declared = request.headers.get("content-length", "")
        if visitor is None and (not declared.isdigit() or int(declared) > LARGEST):
            return b"", None
        body = await request.body()
        copy = Request(request.scope, _again(body))
        from starlette.exceptions import HTTPException

        try:
            async with copy.form(max_files=2, max_fields=400, max_part_size=LARGEST) as form:
                return body, {name: value for name, value in form.multi_items() if isinstance(value, str)}
        except (HTTPException, KeyError, ValueError, UnicodeError):
            return body, None

    def _with_cookie(self, send: Send, value: str) -> Send:
        """Gives the browser what ties its first form to it."""
        made = Response()
        self.cookies.set(made, self.cookies.before, value)
        header = next(pair for pair in made.raw_headers if pair[0] == b"set-cookie")

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), header]}
            await send(message)

        return sending


def _again(body: bytes) -> Receive:
    """Hands out a body that was read already."""
    done = False

    async def receive() -> Message:
        nonlocal done
        if done:
            return {"type": "http.disconnect"}
        done = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
