"""``repletion kept``: list, show, compare, export, move, lock, back up, restore and erase what is kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from repletion.cli import options
from repletion.cli.files import is_missing, no_file, put
from repletion.cli.keep import ask_new, file_and_passphrase, opened, passphrase_from

if TYPE_CHECKING:
    from repletion.keeping.export import Form
    from repletion.report import Format, Reader

REPLACE = click.option("--replace", is_flag=True, help="Write over a file that exists.")


@click.group(invoke_without_command=True)
@file_and_passphrase
@click.pass_context
def kept(context: click.Context, place: str | None, source: str | None) -> None:
    """Show what is kept on this computer, and export, move, lock, back up, restore or erase it.

    Without a command: the list.
    """
    context.obj = (place, source)
    if context.invoked_subcommand is None:
        context.invoke(listed, place=place, source=source, form="text")


def _named(place: str | None, source: str | None) -> tuple[str | None, str | None]:
    """File and passphrase, as given to the command or before it."""
    first = click.get_current_context().find_root().obj
    parent = click.get_current_context().parent
    outer = (parent.obj if parent is not None else None) or first or (None, None)
    return place or outer[0], source or outer[1]


@kept.command("list")
@file_and_passphrase
@options.as_format("text", "json")
def listed(place: str | None, source: str | None, form: str) -> None:
    """List every entry: urgency, id, name, version and moment."""
    from repletion.report.json import to_json
    from repletion.report.wording import say

    with opened(*_named(place, source)) as keeper:
        lines = keeper.all()
        if form == "json":
            put(to_json(lines))
            return
        if not lines:
            put("Nothing is kept in this file.")
            return
        width = max(len(line.name) for line in lines)
        put("\n".join(
            f"{line.id}  {line.saved[:16].replace('T', ' ')} UTC  {line.name:<{width}}  version {line.version}"
            f"  {say(f'urgency.{line.urgency}.heading')}"
            for line in lines
        ))  # fmt: skip


@kept.command()
@click.argument("entry", metavar="ID")
@file_and_passphrase
@options.as_format("text", "json", "html", "fhir")
@click.option("--reader", type=click.Choice(("patient", "clinician", "research")), default="patient",
              show_default=True, help="Who will read it.")  # fmt: skip
@options.to_file
def show(entry: str, place: str | None, source: str | None, form: str, reader: Reader, output: str | None) -> None:
    """Show the answer kept as ID, as it was given then; json is the whole entry with the case and the diary."""
    from repletion.keeping.export import write

    with opened(*_named(place, source)) as keeper:
        found = keeper.get(entry)
    if form == "json" or form == "fhir":
        put(write((found,), form), output)  # type: ignore[arg-type]
        return
    from repletion.report import render

    text = render(found.as_answer(), format=_format(form), reader=reader)
    put(text if form == "html" else f"{text}\nKept {found.saved[:10]} as {found.id} ({found.name}, version "
        f"{found.version}). It is the answer of that day; assess again for today.\n", output)  # fmt: skip


def _format(form: str) -> Format:
    return "html" if form == "html" else "text"


@kept.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@file_and_passphrase
@options.as_format("text", "json")
def compare(before: str, after: str, place: str | None, source: str | None, form: str) -> None:
    """Compare two entries: the urgency, then every explanation and the intake, before and after."""
    from repletion.keeping.compare import compare as compared
    from repletion.keeping.compare import comparison_text
    from repletion.report.json import to_json

    with opened(*_named(place, source)) as keeper:
        found = compared(keeper.get(before), keeper.get(after))
    put(to_json(found) if form == "json" else comparison_text(found))


@kept.command()
@file_and_passphrase
@click.option("--format", "form", type=click.Choice(("json", "csv", "fhir")), default="json", show_default=True,
              help="json is whole and is read back, csv is for a spreadsheet, fhir for a record system.")  # fmt: skip
@options.to_file
def export(place: str | None, source: str | None, form: Form, output: str | None) -> None:
    """Write everything that is kept, readable, to the screen or a file."""
    from repletion.keeping.export import write

    with opened(*_named(place, source)) as keeper:
        put(write(keeper.entries(), form), output)


@kept.command("import")
@click.argument("path", metavar="FILE")
@file_and_passphrase
@click.option("--lock", is_flag=True, help="Lock a new file with a passphrase.")
def read_back(path: str, place: str | None, source: str | None, lock: bool) -> None:
    """Add the entries of a JSON export; what is kept already stays as it is."""
    from repletion.keeping.export import read_back as add

    if is_missing(path):
        raise no_file(path)
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise click.ClickException(f"{path} cannot be read ({error.strerror}).") from None
    with opened(*_named(place, source), create=True, lock=lock) as keeper:
        put(f"{add(keeper, data)} entries added.")


@kept.command("lock")
@file_and_passphrase
@click.option(
    "--new-passphrase-from", "new", metavar="FILE", help="Read the new passphrase from FILE; else it is asked."
)
def lock_it(place: str | None, source: str | None, new: str | None) -> None:
    """Lock the file with a passphrase, or change its passphrase. A forgotten one cannot be found again."""
    with opened(*_named(place, source)) as keeper:
        keeper.change_passphrase(passphrase_from(new) if new else ask_new())
        put("The file is locked with the new passphrase. Backups made before open with the one they had.")


@kept.command()
@file_and_passphrase
def unlock(place: str | None, source: str | None) -> None:
    """Take the lock off for good: whoever opens the file can read it."""
    with opened(*_named(place, source)) as keeper:
        keeper.change_passphrase(None)
        put("The file is not locked any more.")


@kept.command()
@click.argument("target", metavar="FILE")
@file_and_passphrase
@REPLACE
def backup(target: str, place: str | None, source: str | None, replace: bool) -> None:
    """Copy everything to FILE, locked if it is locked, and check the copy."""
    with opened(*_named(place, source)) as keeper:
        keeper.backup(target, replace=replace)
        put(f"Backed up to {target}.")


@kept.command()
@click.argument("path", metavar="BACKUP")
@file_and_passphrase
@REPLACE
def restore(path: str, place: str | None, source: str | None, replace: bool) -> None:
    """Put BACKUP in the place of the file; it opens with the passphrase that it was made under."""
    from repletion.keeping import usual_place
    from repletion.keeping.copying import restore as put_back

    if is_missing(path):
        raise no_file(path)
    named, _ = _named(place, source)
    entries = put_back(path, named or usual_place(), replace=replace)
    put(f"{entries} entries restored.")


@kept.command()
@click.argument("target", metavar="FILE")
@file_and_passphrase
def move(target: str, place: str | None, source: str | None) -> None:
    """Move the file: a checked copy at FILE, then the old one is overwritten and removed."""
    with opened(*_named(place, source)) as keeper:
        keeper.move(target)
        put(f"Moved to {target}. Name it with --file from now on.")


@kept.command()
@click.argument("entry", metavar="[ID]", required=False)
@file_and_passphrase
@click.option("--everything", is_flag=True, help="Erase all entries, overwrite the file and remove it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(entry: str | None, place: str | None, source: str | None, everything: bool, yes: bool) -> None:
    """Erase the entry ID, or --everything. What is erased is overwritten; backups and exports are not touched."""
    if bool(entry) == everything:
        raise click.UsageError("Give the id of an entry, or --everything.")
    with opened(*_named(place, source)) as keeper:
        if not yes:
            click.confirm(f"Erase {f'entry {entry}' if entry else 'everything'} for good?", abort=True, err=True)
        if entry:
            keeper.erase(entry)
        else:
            keeper.erase_everything()
        put("Erased.")
