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
@click.option(
    "--allow-host",
    "names",
    multiple=True,
    metavar="NAME",
    help="A further name it may be called by, as behind a proxy.",
)
@click.option(
    "--keep/--no-keep",
    "keeps",
    default=None,
    help="Whether cases can be kept when somebody asks. Default: only where no other machine can reach it.",
)
@click.option("--file", "place", metavar="FILE", help="The file of kept cases. Default: in your own data folder.")
@click.option(
    "--smart",
    "listed",
    metavar="FILE",
    help="FHIR servers that a record may be fetched from when somebody asks (docs/smart.md). Default: none.",
)
def serve(
    host: str, port: int, names: tuple[str, ...], keeps: bool | None, place: str | None, listed: str | None
) -> None:
    """Serve the web app until it is stopped with Ctrl-C.

    Only this machine can open it, unless --host says otherwise, and only under its own names and those of --allow-host.
    Nothing that is typed is logged, nothing is stored unless "Keep this" is pressed, and no request leaves the machine,
    but those to the servers of --smart, when somebody fetches a record there. Needs the extra "web", with --smart also
    "smart".
    """
    try:
        import uvicorn

        from repletion.web import create_app
        from repletion.web.shelf import Shelf

        alone = is_loopback(host) and all(is_loopback(name) for name in names)
        shelf = Shelf(place) if keeps or (keeps is None and alone) else None
        records = None
        if listed is not None:
            from repletion.smart import Records, read_settings

            records = Records(read_settings(listed))
        app = create_app(shelf, hosts=(host, *names), records=records)
    except ModuleNotFoundError as error:
        raise fail("no_web", name=error.name) from None
    from repletion.inference.fast import use_compiled
    from repletion.report.wording import say

    use_compiled(wait=False)
    if not is_loopback(host):
        click.secho(say("cli.serve_open", host=host), err=True, bold=True)
    if records is not None:
        servers = ", ".join(server.base for server in records.settings.servers)
        click.echo(say("cli.serve_smart", servers=servers), err=True)
    # No access log: even the pages a person opens tell something about them.
    config = uvicorn.Config(app, host=host, port=port, access_log=False, server_header=False, log_level="warning")
    listening = config.bind_socket()
    listening.listen()  # whoever opens the address as soon as it is said waits instead of being refused
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{listening.getsockname()[1]}/{f'open/{shelf.key}' if shelf is not None else ''}"
    kept = say("cli.serve_keeps_not") if shelf is None else say("cli.serve_keeps", place=shelf.place)
    click.echo(f"{say('cli.serve_at', address=address)} {kept}", err=True)
    uvicorn.Server(config).run(sockets=[listening])
