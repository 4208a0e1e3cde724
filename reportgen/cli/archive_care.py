"""The commands that change an archive or look whether it is whole: verify, sign, prune, index, forget, move, repair."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from reportgen.cli.place import open_archive
from reportgen.errors import EXIT_DONE, EXIT_NOT_AS_KEPT, ArchiveError, ConfigError, Problem
from reportgen.text.terminal import say, visible_line

if TYPE_CHECKING:
    from reportgen.archive.storage import Storage


def verify(parsed: argparse.Namespace) -> int:
    """Recompute every digest."""
    from reportgen.archive.seals import archive_key  # noqa: PLC0415
    from reportgen.archive.verify import verify_archive  # noqa: PLC0415

    storage = open_archive(parsed.output)
    count, faults = verify_archive(storage, parsed.report)
    for fault in faults:
        say(visible_line(f"{storage.shown(fault.path)}: {fault.what}"), is_error=True)
    identity = _try_identity(storage)
    if identity is not None:
        say(f"This is the archive {identity}; 'archive: {{id: {identity}}}' in a config lets it use no other one.")
    found = f"{len(faults)} not as they were written" if faults else "all as they were written"
    say(f"{count:,} files verified: {found}")
    if archive_key() is None:
        say("Digests show damage, not a change on purpose together with the digest; see 'archive sign'.")
    return EXIT_NOT_AS_KEPT if faults else EXIT_DONE


def _try_identity(storage: Storage) -> str | None:
    from reportgen.archive.identity import read_identity  # noqa: PLC0415

    try:
        return read_identity(storage)
    except ArchiveError:  # one of the faults
        return None


def sign(parsed: argparse.Namespace) -> int:
    """Sign runs with the key in the environment."""
    from reportgen.archive.runs import find_run, read_manifest  # noqa: PLC0415
    from reportgen.archive.seals import KEY_VARIABLE, archive_key  # noqa: PLC0415
    from reportgen.archive.signing import sign_run  # noqa: PLC0415

    storage = open_archive(parsed.output)
    if archive_key() is None:
        hint = "Make one with 'openssl rand -hex 32', and keep it."
        raise ConfigError(Problem("environment", KEY_VARIABLE, "the key to sign with", "nothing", hint))
    if not parsed.runs and not parsed.all:
        hint = "A signature says that a run is yours: sign what you know, not what somebody may have put there."
        raise ConfigError(Problem("command line", "RUN", "the runs to sign, or --all", "neither", hint))
    paths = storage.runs() if parsed.all else [find_run(storage, run).address.path for run in parsed.runs]
    signed, problems = 0, []
    with storage.session():
        for path in paths:
            try:
                signed += sign_run(storage, read_manifest(storage, path))
            except (FileNotFoundError, ValueError) as error:
                came = " ".join(str(error).split())[:200]
                hint = "It is not signed; see 'reportgen archive verify'."
                problems.append(Problem(storage.shown(path), "run", "one as it was written", came, hint))
    say(f"{signed:,} runs signed")
    if problems:
        raise ArchiveError(*problems)
    return EXIT_DONE


def prune(parsed: argparse.Namespace) -> int:
    """Remove old runs by rule."""
    from reportgen.config.load import load_options  # noqa: PLC0415
    from reportgen.config.values import check_keep  # noqa: PLC0415
    from reportgen.runs.maintenance import plan_pruning, prune  # noqa: PLC0415

    keep = parsed.keep
    if parsed.config is not None:
        options = load_options(parsed.config)
        keep = keep or options.archive.keep
        parsed.output = parsed.output or options.archive.path or options.output
    parsed.output = parsed.output or "output"
    try:
        check_keep(keep or "")
    except ValueError as error:
        raise ConfigError(Problem("command line", "--keep", str(error), f"'{keep or ''}'")) from None
    storage = open_archive(parsed.output)
    pruning = plan_pruning(storage, keep)
    for run in pruning.gone:
        say(f"{'removed' if parsed.yes else 'would remove'}  {storage.shown(run.address.path)}")
    for run in pruning.referred:
        say(f"kept for another report  {storage.shown(run.address.path)}")
    if parsed.yes:
        prune(storage, pruning)
    hint = "" if parsed.yes or not pruning.gone else "; --yes does it"
    say(f"{len(pruning.gone)} runs go, {len(pruning.kept) + len(pruning.referred)} stay{hint}")
    return EXIT_DONE


def index(parsed: argparse.Namespace) -> int:
    """Rebuild the history pages."""
    from reportgen.runs.index_pages import write_index  # noqa: PLC0415

    storage = open_archive(parsed.output)
    with storage.session():
        pages = write_index(storage)
    say(f"{storage.shown('index.html')}\n{len(pages)} pages")
    return EXIT_DONE


def forget(parsed: argparse.Namespace) -> int:
    """Remove a customer from every archived list."""
    from datetime import UTC, datetime  # noqa: PLC0415

    from reportgen.archive.forget import forget_customers  # noqa: PLC0415
    from reportgen.cachedir import usual_cache  # noqa: PLC0415

    storage = open_archive(parsed.output)
    customers = list(dict.fromkeys(_read_customers(parsed.customers)))
    with storage.session():
        done = forget_customers(storage, customers, datetime.now(tz=UTC).date())
    for path in done.changed:
        say(f"removed from  {storage.shown(path)}")
    say(f"{done.lists} lists looked through, {len(done.changed)} changed")
    place = usual_cache()
    if place is not None and place.clear():  # order lines name customers
        say("the order lines that were kept between runs are removed")
    if done.unknown:
        numbers = ", ".join(str(number + 1) for number in done.unknown)
        came = "one that is in no list" if len(customers) == 1 else f"{len(customers)}, of which no list has {numbers}"
        hint = "Is it spelt as in the source? Older lists have the id that the customer had then: name all of them."
        raise ConfigError(Problem(storage.place, "CUSTOMER", "an id that a list has", came, hint))
    return EXIT_DONE


def _read_customers(stated: Sequence[str]) -> Iterator[str]:
    """Give the ids; `-` stands for those on stdin, one in a line."""
    for one in stated:
        if one == "-":
            yield from (line.rstrip("\r\n") for line in sys.stdin if line.strip())
        else:
            yield one


def move(parsed: argparse.Namespace) -> int:
    """Copy an archive to another place, verify it there, and leave word in the old one."""
    from reportgen.archive.moving import absolute_place, move_archive  # noqa: PLC0415
    from reportgen.archive.open import open_storage  # noqa: PLC0415
    from reportgen.runs.index_pages import write_index  # noqa: PLC0415

    storage, other = open_archive(parsed.output), open_storage(parsed.place)
    with move_archive(storage, other) as moved:
        write_index(other)
    for path in moved.left:
        say(f"left where it is  {storage.shown(path)}")
    there = absolute_place(other)
    say(f"{moved.runs:,} runs and {moved.files:,} files of mail and actions are in {there}, all as they were")
    stated = f'archive: {{path: "{there}", id: {moved.identity}}}'
    say(f"State '{stated}'; a run on {storage.place} stops from now on.")
    return EXIT_DONE


def repair(parsed: argparse.Namespace) -> int:
    """Make the links and the pages of an archive anew."""
    from reportgen.archive.identity import give_identity  # noqa: PLC0415
    from reportgen.archive.moving import repair_links  # noqa: PLC0415
    from reportgen.runs.index_pages import write_index  # noqa: PLC0415

    storage = open_archive(parsed.output)
    with storage.session():
        repaired = repair_links(storage)
        if storage.runs():
            give_identity(storage)
        write_index(storage)
    for manifest, count in repaired:
        which = "" if count == 1 else f", the one of {count} that was made last"
        say(visible_line(f"latest  {storage.shown(manifest.address.month)}: {manifest.run}{which}"))
    say(f"{len(repaired):,} months have their present run again; see 'reportgen archive verify'")
    return EXIT_DONE
