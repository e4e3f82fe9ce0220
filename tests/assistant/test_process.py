"""The command itself: over standard input and output, and over HTTP on this computer alone."""

from __future__ import annotations

import sys
from typing import Any

import anyio
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from starlette.testclient import TestClient

from repletion.assistant.server import http_app

HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}


def test_a_program_starts_the_command_and_is_answered() -> None:
    import os

    async def work() -> Any:
        command = StdioServerParameters(
            command=sys.executable, args=["-m", "repletion", "assistant"], env=dict(os.environ)
        )
        async with Client(stdio_client(command)) as client:
            assert len((await client.list_tools()).tools) == 6
            return await client.call_tool("assess_case", {"case": "one side of my face drooped an hour ago"})

    result = anyio.run(work)
    assert result.content[0].text.startswith("URGENCY: EMERGENCY.")


def test_over_http_only_this_computer_is_served() -> None:
    accept = {"Accept": "application/json, text/event-stream"}
    with TestClient(http_app(), base_url="http://127.0.0.1:8750") as client:
        found = client.post("/mcp", json=HELLO, headers=accept)
        assert found.json()["result"]["serverInfo"]["name"] == "repletion"
        assert client.post("/mcp", json=HELLO, headers={**accept, "Host": "evil.example"}).status_code == 421
        foreign = {**accept, "Origin": "https://evil.example"}
        assert client.post("/mcp", json=HELLO, headers=foreign).status_code == 403
