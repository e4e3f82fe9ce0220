"""The command itself: over standard input and output, and over HTTP on this computer alone."""

from __future__ import annotations

import sys
from typing import Any

import anyio
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from starlette.testclient import TestClient

from repletion.assistant.bounded import LARGEST
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


def test_over_http_a_request_has_a_size() -> None:
    large = {**HELLO, "params": {**HELLO["params"], "clientInfo": {"name": "x" * LARGEST, "version": "1"}}}
    in_parts = (b"x" * 50_000 for _ in range(7))  # it does not say how much it sends
    accept = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json"}
    with TestClient(http_app(), base_url="http://127.0.0.1:8750") as client:
        for answer in (
            client.post("/mcp", json=large, headers=accept),
            client.post("/mcp", content=in_parts, headers=accept),
        ):
            assert answer.status_code == 413
            assert answer.headers["connection"] == "close"
            assert "more than 262,144 bytes" in answer.json()["error"]["message"]
        call = {**HELLO, "method": "tools/list", "params": {}}
        assert len(client.post("/mcp", json=call, headers=accept).json()["result"]["tools"]) == 6
