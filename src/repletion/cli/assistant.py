"""``repletion assistant``."""

from __future__ import annotations

import click

from repletion.cli.files import fail


@click.command(short_help="Serve an assistant program (MCP), over standard input and output.")
@click.option("--http", is_flag=True, help="Serve over HTTP on this computer instead, at /mcp.")
@click.option("--port", type=click.IntRange(1, 65535), default=8750, show_default=True, help="With --http.")
@click.option(
    "--host",
    type=click.Choice(["127.0.0.1", "::1", "localhost"]),
    default="127.0.0.1",
    show_default=True,
    help="With --http: the address of this computer to listen on.",
)
def assistant(http: bool, port: int, host: str) -> None:
    """Serve six read-only tools to an assistant program over the Model Context Protocol.

    The program starts this command and speaks with it over standard input and output. Every result begins with how
    soon to see a doctor. Nothing is kept and nothing is sent anywhere else.
    """
    try:
        from repletion.assistant.server import run_http, run_stdio
    except ImportError as error:
        raise fail("no_extra", library=error.name, extra="assistant") from None
    if not http:
        run_stdio()
        return
    from repletion.report.wording import say

    click.echo(say("assistant.listening", host=f"[{host}]" if ":" in host else host, port=port), err=True)
    run_http(host, port)
