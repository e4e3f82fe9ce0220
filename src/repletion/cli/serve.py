"""``repletion serve``: the web app on this machine."""

from __future__ import annotations

import ipaddress

import click

from repletion.cli.files import fail


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@click.command(short_help="The web app, on this machine.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port; 0 takes a free one."
)
def serve(host: str, port: int) -> None:
    """Serve the web app until it is stopped with Ctrl-C.

    Only this machine can open it, unless --host says otherwise. Nothing that is typed is stored or logged, and no
    request leaves the machine. Needs the extra "web".
    """
    try:
        import uvicorn

        from repletion.web import create_app

        app = create_app()
    except ModuleNotFoundError as error:
        raise fail("no_web", name=error.name) from None
    from repletion.report.wording import say

    if not is_loopback(host):
        click.secho(say("cli.serve_open", host=host), err=True, bold=True)
    shown = f"[{host}]" if ":" in host else host
    click.echo(say("cli.serve_at", host=shown, port=port) if port else say("cli.serve_any"), err=True)
    # No access log: even the pages a person opens tell something about them.
    uvicorn.run(
        app, host=host, port=port, access_log=False, server_header=False, log_level="warning" if port else "info"
    )
