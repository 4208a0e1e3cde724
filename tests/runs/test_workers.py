"""Work is shared among processes, and one that dies takes only its own task with it."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import wait

import pytest

from reportgen.errors import DataError, Problem, unexpected
from reportgen.runs.workers import count_cores, start_workers


def double(number: int) -> int:
    """Do a task."""
    return 2 * number


def fail(number: int) -> int:
    """Fail at a task."""
    raise DataError(Problem("lines.csv", "period", "lines", str(number)))


def die(_number: int) -> int:
    """Die as a process does that the system kills for want of memory."""
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def name_process(_number: int) -> int:
    """Tell which process does a task."""
    time.sleep(0.05)
    return os.getpid()


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_and_failures_come_back(jobs: int) -> None:
    """What a task returns comes back, and what it raises does, with everything it says."""
    with start_workers(jobs) as workers:
        good, bad = workers.submit(double, 21), workers.submit(fail, 7)
        assert good.result() == 42
        with pytest.raises(DataError, match="lines.csv: period: expected lines, got 7"):
            bad.result()


def test_a_process_that_dies_takes_only_its_task() -> None:
    """The other tasks are done, and the lost one is told as such."""
    with start_workers(2) as workers:
        tasks = [workers.submit(double, 1), workers.submit(die, 0), *(workers.submit(double, n) for n in range(2, 6))]
        wait(tasks)
        assert [one.result() for one in (tasks[0], *tasks[2:])] == [2, 4, 6, 8, 10]
        lost = tasks[1].exception()
        assert lost is not None
        assert "memory ran out" in str(unexpected(lost))


def test_one_job_is_done_here() -> None:
    """With one job no process is started."""
    with start_workers(1) as workers:
        assert workers.submit(name_process, 0).result() == os.getpid()


def test_processes_serve_many_tasks() -> None:
    """Two jobs are two processes, however many tasks there are: what they import is paid once."""
    with start_workers(2) as workers:
        tasks = [workers.submit(name_process, n) for n in range(20)]
        processes = {one.result() for one in tasks}
    assert len(processes) <= 2
    assert os.getpid() not in processes


def test_an_interruption_stops_everybody() -> None:
    """When the block is left by an interruption nobody goes on working."""
    with pytest.raises(KeyboardInterrupt), start_workers(2) as workers:
        process = workers.submit(name_process, 0).result()
        workers.submit(time.sleep, 600)
        raise KeyboardInterrupt
    deadline = time.monotonic() + 30
    while True:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            break
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_cores_are_counted() -> None:
    """There is at least one core, and no more than the machine has."""
    assert 1 <= count_cores() <= (os.cpu_count() or 1)
