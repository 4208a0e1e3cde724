"""An object store that fails, lags or refuses: no run is half there, nothing is told twice, every error is one line."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fsspec.implementations.memory import MemoryFileSystem

from reportgen.archive import remote
from reportgen.archive.remote import RemoteStorage
from reportgen.archive.runs import has_whole_run, keep_run, read_manifest
from reportgen.archive.storage import STAGING, StorageError
from reportgen.archive.verify import verify_archive
from reportgen.model.artefacts import MANIFEST
from reportgen.runs.index_pages import write_index
from tests.made import MADE, make_manifest

FIRST, SECOND = "1" * 16, "2" * 16
FILES = {"facts.json": b"{}", "model.json": b"{}", "report.html": b"<p>"}
ROOT = "/bucket/reports"
ANSWERS = {
    "500": OSError("An error occurred (InternalError) when calling the operation: We encountered an internal error."),
    "lines": RuntimeError("reset by peer\nwhile reading\r\n\x1b[31mthe answer"),
    "refused": PermissionError("Access Denied"),
    "slow": TimeoutError(),
}
CONFLICTS = (
    OSError("An error occurred (ConditionalRequestConflict) when calling the PutObject operation"),
    OSError("An error occurred (PreconditionFailed) when calling the PutObject operation"),
    NotImplementedError("A header you provided implies functionality that is not implemented"),
)
Call = tuple[str, str]


class FaultyStore(MemoryFileSystem):  # type: ignore[misc]
    """An object store in memory that fails as it is told to.

    Attributes
    ----------
    calls : list of tuple
        What was asked of it: put, create, delete, list, get or head, and of which path.
    before, after : callable
        Called before and after each; what they raise is the answer.
    hidden, shown : set of str
        What a listing does not show yet, and what it still shows.
    """

    cachable = False

    def __init__(self) -> None:
        super().__init__()
        self.store: dict[str, Any] = {}
        self.pseudo_dirs = [""]
        self.calls: list[Call] = []
        self.before: Callable[[Call], None] = lambda call: None
        self.after: Callable[[Call], None] = lambda call: None
        self.hidden: set[str] = set()
        self.shown: set[str] = set()

    @contextmanager
    def _call(self, what: str, path: str) -> Iterator[None]:
        call = (what, path.removeprefix(f"{ROOT}/"))
        self.calls.append(call)
        self.before(call)
        yield
        self.after(call)

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **more: Any) -> None:
        """Write an object, or create it."""
        with self._call("create" if mode == "create" else "put", path):
            super().pipe_file(path, value, mode=mode, **more)

    def rm_file(self, path: str) -> None:
        """Remove an object; as S3 does, without a word about one that is not there."""
        with self._call("delete", path):
            self.store.pop(path, None)

    def find(self, path: str, maxdepth: int | None = None, withdirs: bool = False, **more: Any) -> list[str]:
        """List objects."""
        with self._call("list", path):
            found: list[str] = super().find(path, maxdepth, withdirs, **more)
            late = {one for one in self.shown if one.startswith(f"{path}/")}
            return sorted({*found, *late} - self.hidden)

    def cat_file(self, path: str, start: int | None = None, end: int | None = None, **more: Any) -> bytes:
        """Read an object."""
        with self._call("get", path):
            content: bytes = super().cat_file(path, start, end, **more)
            return content

    def exists(self, path: str, **more: Any) -> bool:
        """Tell whether there is an object; as s3fs does, a failure is raised, not taken for a no."""
        with self._call("head", path):
            return path in self.store


@pytest.fixture
def store() -> FaultyStore:
    """Make an empty store."""
    return FaultyStore()


def open_at(store: FaultyStore) -> RemoteStorage:
    """Open an archive in a store."""
    storage = RemoteStorage("memory://bucket/reports")
    storage._fs = store
    return storage


def make(storage: RemoteStorage, run: str = FIRST, files: dict[str, bytes] = FILES) -> None:
    """Keep a run as a round does: in a session, its history pages last."""
    with storage.session():
        keep_run(storage, make_manifest(run=run), files, MADE)
        write_index(storage)


def damage(storage: RemoteStorage) -> None:
    """Take a file of a run away that is kept, so that it is made again."""
    make(storage)
    storage.remove(f"{make_manifest(run=FIRST).address.path}/facts.json")


def find_halves(store: FaultyStore) -> list[str]:
    """Return the runs that exist and of which a file cannot be read, whatever the listing shows."""
    clean = FaultyStore()
    clean.store = dict(store.store)
    storage = open_at(clean)
    halves = []
    for path in storage.runs():
        manifest = read_manifest(storage, path)
        if not has_whole_run(storage, manifest.address) or f"{ROOT}/{path}/made.json" not in store.store:
            halves.append(path)
    return halves


def fail_at(number: int, answer: Exception, kind: str = "") -> tuple[Callable[[Call], None], list[Call]]:
    """Return a function that raises at the n-th call of a kind, and the list in which it notes that call."""
    hit: list[Call] = []
    count = iter(range(1, 10_000))

    def fail(call: Call) -> None:
        if call[0].startswith(kind) and next(count) == number:
            hit.append(call)
            raise answer

    return fail, hit


def pass_a_day(store: FaultyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all that is in a store be older than what any living run has written."""
    store.before = store.after = lambda call: None
    monkeypatch.setattr(remote, "_STALE", timedelta(days=-1))


def remove_it(storage: RemoteStorage) -> None:
    """Remove a run."""
    storage.remove_run(make_manifest(run=FIRST).address.path)


@pytest.mark.parametrize(
    ("task", "when", "answer"),
    [
        *((task, when, "500") for task in ("new", "repair", "remove") for when in ("before", "after")),
        *(("new", "before", answer) for answer in ANSWERS if answer != "500"),
    ],
)
def test_a_call_that_fails_leaves_no_run_half_there(
    task: str, when: str, answer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever call fails, done or not: one line of error, no manifest without its files; a day later all is well."""
    for number in range(1, 200):
        monkeypatch.undo()
        store = FaultyStore()
        storage = open_at(store)
        if task != "new":
            (damage if task == "repair" else make)(storage)
        fail, hit = fail_at(number, ANSWERS[answer])
        setattr(store, when, fail)
        was_half = task == "repair"
        try:
            (remove_it if task == "remove" else make)(storage)
        except StorageError as error:
            assert len(str(error).splitlines()) == 1
            assert "archive: expected a place that can be read and written" in str(error)
            assert "\x1b" not in str(error)
        else:
            assert not hit, f"{hit} failed and nobody was told"
            break
        is_untouched = not any(what == "delete" for what, path in store.calls[:-1] if path.endswith(MANIFEST))
        if not (was_half and find_halves(store) and is_untouched):
            assert find_halves(store) == [], hit
        pass_a_day(store, monkeypatch)
        make(storage)
        assert find_halves(store) == []
        assert verify_archive(storage)[1] == []
        assert not storage.is_unfinished()
    assert number > 5


def test_no_reader_ever_sees_a_run_without_its_files(store: FaultyStore) -> None:
    """After each single call of making a run, and of removing one, whatever manifest there is has all its files."""
    storage = open_at(store)
    seen: list[list[str]] = []
    store.after = lambda call: seen.append(find_halves(store))
    make(storage)
    make(storage)
    make(storage, SECOND)
    remove_it(storage)
    assert len(seen) > 40
    assert not any(seen)


def test_a_failure_is_not_taken_for_nothing_there(store: FaultyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a store's library takes a failed look for a no, removing a run fails, or the run is gone: never half of it."""
    storage = open_at(store)
    make(storage)
    monkeypatch.setattr(FaultyStore, "exists", lambda self, path: False)
    with suppress(StorageError):
        remove_it(storage)
    with suppress(StorageError):
        storage.remove(f"{make_manifest(run=FIRST).address.path}/{MANIFEST}")
    assert make_manifest(run=FIRST).address.path not in storage.runs()
    assert find_halves(store) == []


def test_what_another_has_just_removed_is_removed(store: FaultyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Removing what another process removes at the same moment is no fault, where the library tells of it either."""
    storage = open_at(store)
    storage.replace("shop/index.html", b"x")

    def refuse(self: FaultyStore, path: str) -> None:
        self.store.pop(path)
        raise FileNotFoundError(path)

    monkeypatch.setattr(FaultyStore, "rm_file", refuse)
    storage.remove("shop/index.html")
    assert storage.files() == []


@pytest.mark.parametrize("answer", CONFLICTS)
def test_a_refusal_is_never_taken_for_a_yes(store: FaultyStore, answer: Exception) -> None:
    """A conditional write that is refused in other words is an error of one line, and nothing is written."""
    storage = open_at(store)
    store.before, hit = fail_at(1, answer, "create")
    with pytest.raises(StorageError) as told:
        storage.create("mail/a.1.began", b"mine")
    assert len(hit) == len(str(told.value).splitlines()) == 1
    assert storage.files() == []
    assert storage.create("mail/a.1.began", b"again")


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_file_whose_creation_was_not_answered_is_not_created_again(store: FaultyStore, answer: str) -> None:
    """When the answer to a creation is lost, it may have been done: nobody is told yes, neither then nor later."""
    storage = open_at(store)
    store.after, _ = fail_at(1, ANSWERS[answer], "create")
    with pytest.raises(StorageError):
        storage.create("mail/a.1.began", b"mine")
    assert not storage.create("mail/a.1.began", b"yours")
    assert storage.read("mail/a.1.began") == b"mine"


def test_of_many_that_create_at_once_one_alone_may(store: FaultyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that answers slowly tells one of many processes yes; listings that lag do not change that."""
    gate, told = threading.Lock(), []

    def create(self: Any, path: str, value: bytes, mode: str = "", **more: Any) -> None:
        with gate:
            taken = path in store.store
            if not taken:
                MemoryFileSystem.pipe_file(store, path, value)
        time.sleep(0.01)
        if taken:
            raise FileExistsError(path)

    monkeypatch.setattr(store, "pipe_file", create.__get__(store))
    store.hidden = {f"{ROOT}/mail/a.1.began"}
    threads = [
        threading.Thread(target=lambda n=n: told.append(open_at(store).create("mail/a.1.began", b"%d" % n)))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [False] * 7 + [True]


@pytest.mark.parametrize("lag", ["newest", "removed"])
def test_a_listing_that_lags_harms_nothing(store: FaultyStore, lag: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With listings that do not show what is new, or still show what is gone, runs are made, and no run is half there."""
    storage = open_at(store)

    def watch(call: Call) -> None:
        what, path = call
        if lag == "newest" and what in ("put", "create"):
            store.hidden = {f"{ROOT}/{path}"}
        elif lag == "removed" and what == "delete":
            store.shown.add(f"{ROOT}/{path}")

    store.after = watch
    make(storage)
    make(storage, SECOND)
    remove_it(storage)
    make(storage)
    assert find_halves(store) == []
    store.hidden, store.shown = set(), set()
    pass_a_day(store, monkeypatch)
    make(storage)
    assert verify_archive(storage)[1] == []
    assert not storage.is_unfinished()


def test_errors_in_a_listing_are_told_wherever_it_is_needed(store: FaultyStore) -> None:
    """No command takes a listing that failed for an empty archive."""
    storage = open_at(store)
    make(storage)

    def fail(call: Call) -> None:
        if call[0] == "list":
            raise ANSWERS["500"]

    store.before = fail
    path = make_manifest(run=FIRST).address.path
    for ask in (
        storage.runs,
        storage.files,
        storage.is_unfinished,
        lambda: verify_archive(storage),
        lambda: write_index(storage),
        lambda: storage.list_foreign(path),
        lambda: storage.remove_run(path),
        lambda: make(storage, SECOND),
    ):
        with pytest.raises(StorageError, match="We encountered an internal error"):
            ask()
    store.before = lambda call: None
    assert find_halves(store) == []
    assert storage.runs() == [path]


def _leave_mark(store: FaultyStore, days: float) -> str:
    since = (datetime.now(tz=UTC) - timedelta(days=days)).isoformat()
    mark = f"{ROOT}/{STAGING}/{'a' * 32}.json"
    MemoryFileSystem.pipe_file(store, mark, f'{{"since": "{since}"}}'.encode())
    return mark


def begin_to_put(store: FaultyStore, then: Callable[[], None]) -> None:
    """Make a run, and do something else at the moment before its manifest is written."""

    def watch(call: Call) -> None:
        if call[0] == "put" and call[1].endswith(f"{FIRST}/{MANIFEST}"):
            store.before = lambda call: None
            then()

    store.before = watch
    make(open_at(store))


@pytest.mark.parametrize("is_mark_seen", [True, False])
def test_a_session_sweeps_nothing_that_lives(store: FaultyStore, is_mark_seen: bool) -> None:
    """A run under way keeps its files when another begins, even if its mark is not shown and a killed one's is."""

    def begin_another() -> None:
        killed = _leave_mark(store, days=3)
        living = {path for path in store.store if f"/{STAGING}/" in path} - {killed}
        store.hidden = set() if is_mark_seen else living
        with open_at(store).session():
            pass
        store.hidden = set()

    begin_to_put(store, begin_another)
    assert find_halves(store) == []
    storage = open_at(store)
    with storage.session():
        pass
    assert verify_archive(storage)[1] == []


class _Clock(datetime):
    """A clock that is wrong by a year."""

    ahead = timedelta(days=366)

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        """Return what such a clock shows."""
        return datetime.now(tz=tz) + cls.ahead


@pytest.mark.parametrize(
    "ahead",
    [
        366,
        -366,
    ],
)
def test_a_clock_that_is_wrong_sweeps_nothing_that_lives(
    store: FaultyStore, monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    """A session of a machine whose clock is a year ahead, or behind, takes no file from a run that is under way."""
    monkeypatch.setattr(_Clock, "ahead", timedelta(days=ahead))

    def begin_another() -> None:
        with monkeypatch.context() as patch:
            patch.setattr(remote, "datetime", _Clock)
            with open_at(store).session():
                pass

    begin_to_put(store, begin_another)
    assert find_halves(store) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"\xff",
        b'{"since": "yesterday"}',
        b"[]",
        b"5",
        b'{"since": 5}',
        b'{"since": "2026-01-01T00:00:00"}',
    ],
)
def test_a_damaged_mark_stops_no_session(store: FaultyStore, content: bytes) -> None:
    """Whatever stands in a mark, sessions go on."""
    MemoryFileSystem.pipe_file(store, _leave_mark(store, days=3), content)
    make(open_at(store))
    assert find_halves(store) == []
