"""Finds the archived reports that are to be sent: of a config, of a run that somebody names, of a run just made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from reportgen.archive.held import list_waiting
from reportgen.archive.names import CHAIN, store_folder
from reportgen.archive.runs import current_runs, find_run, is_signed, list_manifests, read_made, read_manifest
from reportgen.archive.seals import KEY_VARIABLE
from reportgen.archive.storage import Storage
from reportgen.config.options import Options
from reportgen.errors import ArchiveError, ConfigError, Problem, did_you_mean
from reportgen.mail.archived_report import ArchivedReport
from reportgen.model.archive import Address, Manifest
from reportgen.model.outcome import Outcome
from reportgen.months import list_months
from reportgen.runs.configs import LoadedConfig


def options_for(loaded_config: LoadedConfig, manifest: Manifest) -> Options:
    """Return the options that a run's mail is sent with: its store's, whatever it is called now."""
    if manifest.store is None:
        return loaded_config.base.options
    renamed = (one for one in loaded_config.each.values() if one.options.report.formerly == manifest.store)
    own = loaded_config.each.get(manifest.store) or next(renamed, None)
    return (own or loaded_config.base).options


def find_config_reports(loaded_config: LoadedConfig, storage: Storage, stores: Sequence[str]) -> list[ArchivedReport]:
    """Find the present reports of a config's months; `last` means the newest that the archive has.

    Parameters
    ----------
    loaded_config : LoadedConfig
        The config.
    storage : Storage
        The archive.
    stores : sequence of str
        Only these; empty for all, and for the chain report.

    Raises
    ------
    ConfigError
        When there are none, or a store is not known.
    """
    options = loaded_config.base.options
    mine = [
        manifest
        for manifest in list_manifests(storage)
        if manifest.report == options.report.id and _is_wanted(manifest, options)
    ]
    known = {manifest.store for manifest in mine if manifest.store is not None}
    for name in stores:
        if name not in known:
            hint = did_you_mean(name, known) or f"The archive has: {', '.join(sorted(known)[:20]) or 'none'}."
            raise ConfigError(Problem("command line", "--store", "a store with a report", f"'{name}'", hint))
    current = current_runs(storage, mine)
    made = [manifest for manifest in mine if manifest.address.path in current and manifest.status == "done"]
    newest = max((manifest.period for manifest in made), default="")
    months = [newest] if options.period == "last" else list_months(options.period)
    chosen = [manifest for manifest in made if manifest.period in months and (not stores or manifest.store in stores)]
    if not chosen:
        which = options.period if options.period != "last" else "any month"
        expected = f"reports of '{options.report.id}' for {which}"
        raise ConfigError(Problem(storage.place, "archive", expected, "none", "Make them with 'reportgen run' first."))
    return [
        ArchivedReport(storage, manifest, options_for(loaded_config, manifest), loaded_config.config)
        for manifest in chosen
    ]


def find_report(loaded_config: LoadedConfig, storage: Storage, address: Address) -> ArchivedReport:
    """Find the report of a run; raises what `read_manifest` raises."""
    manifest = read_manifest(storage, address.path)
    return ArchivedReport(storage, manifest, options_for(loaded_config, manifest), loaded_config.config)


def find_waiting_reports(loaded_config: LoadedConfig, storage: Storage, stores: Sequence[str]) -> list[ArchivedReport]:
    """Find the reports of a config's months, as `find_config_reports` does, and those of any month that are held."""
    found = find_config_reports(loaded_config, storage, stores)
    known = {report.manifest.address.path for report in found}
    waiting = list_waiting(storage, loaded_config.base.options.report.id)
    others = []
    for one in waiting:
        if one.address.path not in known:
            with suppress(FileNotFoundError, ValueError):  # `archive verify` names it
                others.append(find_report(loaded_config, storage, one.address))
    return [*(report for report in others if not stores or report.manifest.store in stores), *found]


def _is_wanted(manifest: Manifest, options: Options) -> bool:
    """Whether the config, as it is now, asks for the store of a run."""
    stores = options.stores
    if not stores.are_many:
        return manifest.kind == "store" and manifest.store is None
    if manifest.kind == "chain":
        return stores.chain
    name = manifest.store
    return name is not None and name not in stores.leave_out and (not stores.only or name in stores.only)


def find_made_reports(
    loaded_config: LoadedConfig, storage: Storage, outcomes: Sequence[Outcome]
) -> list[ArchivedReport]:
    """Find the reports that a round has made, or found unchanged."""
    found = []
    for outcome in outcomes:
        if outcome.status in ("done", "unchanged"):
            folder = CHAIN if outcome.kind == "chain" else store_folder(outcome.store)
            address = Address(outcome.report, folder, outcome.period, outcome.run)
            found.append(find_report(loaded_config, storage, address))
    return found


def find_named_reports(
    storage: Storage, typed: Sequence[str], load: Callable[[Path], LoadedConfig], config: Path | None
) -> Mapping[Path, tuple[LoadedConfig, list[ArchivedReport]]]:
    """Find runs by what a person types, each with the config that it was made with.

    Parameters
    ----------
    storage : Storage
        The archive.
    typed : sequence of str
        Runs; empty for the newest month of each report.
    load : callable
        Loads a config.
    config : Path or None
        The config to use instead of the one that each run was made with.

    Returns
    -------
    mapping
        By config: the loaded config and its reports.

    Raises
    ------
    ConfigError
        When a run is not there, was replaced or held as too small, or its config is gone.
    """
    found_runs = [_sendable(storage, find_run(storage, run)) for run in typed] if typed else _newest(storage)
    manifests = list({manifest.address.path: manifest for manifest in found_runs}.values())
    loaded_configs: dict[Path, tuple[LoadedConfig, list[ArchivedReport]]] = {}
    for manifest in manifests:
        path = config or _config_of(storage, manifest)
        if path not in loaded_configs:
            if not path.is_file():
                hint = "Name the config with --config."
                problem = Problem(str(path), "config", "the config that the run was made with", "no such file", hint)
                raise ConfigError(problem)
            loaded_configs[path] = (load(path), [])
        loaded_config, found = loaded_configs[path]
        if loaded_config.base.options.report.id != manifest.report:
            came = f"one of '{loaded_config.base.options.report.id}'"
            raise ConfigError(Problem(str(path), "config", f"the config of report '{manifest.report}'", came))
        found.append(ArchivedReport(storage, manifest, options_for(loaded_config, manifest), loaded_config.config))
    return loaded_configs


def _config_of(storage: Storage, manifest: Manifest) -> Path:
    """Return the config that a run was made with, if the archive that names it is signed with our key."""
    try:
        said = read_made(storage, manifest.address.path).config
        if is_signed(storage, manifest.address.path):
            return Path(said)
        hint = f"A path that an archive names is followed only when it is signed with the key in {KEY_VARIABLE}."
        came = f"nothing; the archive says '{said[:200]}'"
        place = storage.shown(manifest.address.path)
        raise ConfigError(Problem(place, "--config", "the config that says who gets mail and how", came, hint))
    except (FileNotFoundError, ValueError) as error:
        place = storage.shown(manifest.address.path)
        hint = "Name the config with --config; see 'reportgen archive verify'."
        came = f"one that cannot be read ({error})"
        raise ArchiveError(Problem(place, "run", "a note of how it was made", came, hint)) from None


def _sendable(storage: Storage, manifest: Manifest) -> Manifest:
    """Refuse a run that is no report, or that another has replaced."""
    place, path = storage.shown(manifest.address.path), manifest.address.path
    if manifest.status != "done":
        raise ConfigError(Problem(place, "RUN", "a run with a report", f"one without: {manifest.reason}"))
    latest = storage.pointed(manifest.address.month)
    if latest is not None and path != f"{manifest.address.month}/{latest}":
        raise ConfigError(Problem(place, "RUN", "the present run of its month", f"one that {latest} has replaced"))
    return manifest


def _newest(storage: Storage) -> list[Manifest]:
    """List the present reports of each report's newest month."""
    manifests = [manifest for manifest in list_manifests(storage) if manifest.status == "done"]
    current = current_runs(storage, manifests)
    present = [manifest for manifest in manifests if manifest.address.path in current]
    newest: dict[str, str] = {}
    for manifest in present:
        newest[manifest.report] = max(newest.get(manifest.report, ""), manifest.period)
    if not present:
        hint = "Name a config, a run, or the archive with --output."
        raise ConfigError(Problem(storage.place, "archive", "reports to send", "none", hint))
    return [manifest for manifest in present if manifest.period == newest[manifest.report]]
