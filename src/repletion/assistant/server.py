"""The server of the tools, on the library ``mcp``: over standard input and output, or HTTP on this computer only."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import anyio
import anyio.to_thread
import mcp_types as types
import msgspec
from mcp.server import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError

from repletion.assistant.quoting import line, quoted
from repletion.assistant.telling import not_assessed, resource
from repletion.assistant.tools import TOOLS
from repletion.case.beside import OptionError, near
from repletion.knowledge import load
from repletion.report.json import compact
from repletion.report.record import KINDS, label_of, record_view
from repletion.report.wording import say
from repletion.version import __version__

if TYPE_CHECKING:
    from starlette.applications import Starlette

LOOPBACK = ("127.0.0.1", "::1", "localhost")
_PAGE = 500
"""Records that one page of the list of resources names."""


def _text(first: str, body: str) -> list[types.ContentBlock]:
    return [types.TextContent(type="text", text=f"{first}\n\n{say('assistant.data')}\n\n{body}")]


def call(name: str, arguments: dict[str, Any]) -> types.CallToolResult:
    """The result of a tool; a request that does not fit, or a fault of ours, is a result too and says what to do."""
    tool = TOOLS.get(name)
    if tool is None:
        return _refused(say("assistant.no_tool", name=line(name, 80), names=", ".join(TOOLS)), "")
    try:
        first, record = tool.work(arguments)
    except OptionError as error:
        remedy = say("assistant.nearest", names=", ".join(error.near)) if error.near else say("assistant.remedy")
        return _refused(f"{error.where.removeprefix('.')}: {line(error.why)}", remedy)
    except Exception as error:  # its message could hold what was typed, and a server writes it down
        if sys.stderr is not None:
            sys.stderr.write(f"repletion: {name} failed with {type(error).__name__}\n")
        return types.CallToolResult(content=_text(not_assessed("why_failed"), ""), is_error=True)
    plain = msgspec.to_builtins(record)
    return types.CallToolResult(content=_text(first, compact(record).decode()), structured_content=plain)


def _refused(why: str, remedy: str) -> types.CallToolResult:
    return types.CallToolResult(content=_text(not_assessed("why_refused"), f"{why} {remedy}".strip()), is_error=True)


def listed() -> list[types.Tool]:
    """The tools with the schemas of what goes in and comes out."""
    harmless = types.ToolAnnotations(
        read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
    )
    return [
        types.Tool(
            name=name,
            title=say(f"assistant.title.{name}"),
            description=say(f"assistant.tool.{name}"),
            input_schema=tool.takes(),
            output_schema=tool.answer(),
            annotations=harmless,
        )
        for name, tool in TOOLS.items()
    ]


def resources(cursor: str | None) -> types.ListResourcesResult:
    """A page of the records of the knowledge; ``cursor`` is the place to go on from."""
    known = load()
    every = [(kind, name) for kind in KINDS for name in getattr(known, kind)]
    start = int(cursor) if cursor and cursor.isascii() and cursor.isdigit() and len(cursor) < 9 else 0
    page = [
        types.Resource(
            name=f"{kind}/{name}",
            title=line(label_of(getattr(known, kind)[name])),
            uri=resource(kind, name),
            mime_type="application/json",
        )
        for kind, name in every[start : start + _PAGE]
    ]
    following = start + _PAGE
    return types.ListResourcesResult(resources=page, next_cursor=str(following) if following < len(every) else None)


def read(uri: str) -> types.ReadResourceResult:
    """One record.  Raises :class:`MCPError` with the nearest addresses when there is none."""
    known = load()
    kind, _, name = uri.removeprefix("repletion://knowledge/").partition("/")
    if not uri.startswith("repletion://knowledge/") or kind not in KINDS or name not in getattr(known, kind):
        ids = tuple(getattr(known, kind)) if kind in KINDS else KINDS
        why = say("assistant.no_record", id=quoted(uri)[1:-1])
        hint = say("assistant.nearest", names=", ".join(near(name or kind, ids) or ids[:3]))
        raise MCPError(code=types.INVALID_PARAMS, message=f"{why} {hint}")
    text = compact(record_view(known, kind, name)).decode()
    return types.ReadResourceResult(
        contents=[types.TextResourceContents(uri=uri, mime_type="application/json", text=text)]
    )


def create_server() -> Server[Any]:
    """The server.  Calls take turns in a thread, so that a list can be read while a plan is worked out."""
    turns = anyio.CapacityLimiter(1)

    async def in_turn(work: Callable[..., Any], *args: Any) -> Any:
        return await anyio.to_thread.run_sync(work, *args, limiter=turns)

    async def on_list_tools(_: Any, __: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=listed())

    async def on_call_tool(_: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        found: types.CallToolResult = await in_turn(call, params.name, params.arguments or {})
        return found

    async def on_list_resources(_: Any, params: types.PaginatedRequestParams | None) -> types.ListResourcesResult:
        return resources(params.cursor if params else None)

    async def on_list_templates(_: Any, __: Any) -> types.ListResourceTemplatesResult:
        template = types.ResourceTemplate(
            name="knowledge",
            uri_template="repletion://knowledge/{kind}/{id}",
            description=say("assistant.resource"),
            mime_type="application/json",
        )
        return types.ListResourceTemplatesResult(resource_templates=[template])

    async def on_read_resource(_: Any, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        return read(str(params.uri))

    return Server(
        "repletion",
        version=__version__,
        title="Repletion",
        instructions=say("assistant.instructions"),
        on_list_tools=on_list_tools,
        on_call_tool=on_call_tool,
        on_list_resources=on_list_resources,
        on_list_resource_templates=on_list_templates,
        on_read_resource=on_read_resource,
    )


def run_stdio() -> None:
    """Serve one assistant over standard input and output, until it closes them."""

    async def serve() -> None:
        load()
        running = create_server()
        async with stdio_server() as (incoming, outgoing):
            await running.run(incoming, outgoing, running.create_initialization_options())

    anyio.run(serve)


def http_app(host: str = "127.0.0.1") -> Starlette:
    """The server as an application at ``/mcp``; requests that name another host than this computer are refused, as are
    bodies that are too large or do not arrive."""
    from repletion.assistant.bounded import Bounded

    app = create_server().streamable_http_app(host=host, stateless_http=True, json_response=True)
    app.add_middleware(Bounded)
    return app


def run_http(host: str, port: int) -> None:
    """Serve assistants of this computer over HTTP, until interrupted."""
    import uvicorn

    load()
    uvicorn.run(http_app(host), host=host, port=port, log_level="warning", access_log=False, server_header=False)
