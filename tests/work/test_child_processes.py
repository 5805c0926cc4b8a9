"""Child processes: limits on time and memory, and nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from service.flow.ports.failures import ToldToStop
from service.work.child_processes import ChildDied, ChildProcesses, ChildTimeout

ROOT = Path(__file__).parents[2]


def double(number: int) -> int:
    return 2 * number


def hang(seconds: float) -> str:
    time.sleep(seconds)
    return "awake"


def hang_without_letting_go() -> int:
    """Holds the interpreter's lock in one long C call, as a parser in a loop does."""
    return sum(range(10**12))


def die(status: int) -> None:
    os._exit(status)


def hog(megabytes: int) -> int:
    return len(bytearray(megabytes * 1024 * 1024))


def refuse(value: str) -> None:
    raise ValueError(value)


class StrangeError(Exception):
    """Cannot be unpickled: its constructor wants two arguments."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


def refuse_strangely() -> None:
    raise StrangeError("one", "two")


def give_something_unpicklable() -> object:
    return threading.Lock()


def my_pid() -> int:
    return os.getpid()


@pytest.fixture(scope="module")
def children() -> Iterator[ChildProcesses]:
    with ChildProcesses(workers=2, seconds=10, memory_mb=300) as processes:
        yield processes


def test_a_result_comes_back(children: ChildProcesses) -> None:
    """A function of a module runs in another process and its result comes back."""
    assert children.run(double, 21) == 42
    assert children.run(my_pid) != os.getpid()


def test_a_child_is_used_again(children: ChildProcesses) -> None:
    """Calls one after the other use the same child, so that models are loaded once."""
    assert children.run(my_pid) == children.run(my_pid)


def test_a_large_file_travels_both_ways(children: ChildProcesses) -> None:
    """Twenty megabytes go there and back unchanged."""
    content = os.urandom(1024) * 20 * 1024
    assert children.run(bytes, content) == content


def test_an_exception_comes_back_with_its_place(children: ChildProcesses) -> None:
    """The function's own exception is raised here, with a note that shows where it happened."""
    with pytest.raises(ValueError, match="no such day") as caught:
        children.run(refuse, "no such day")
    assert "in refuse" in caught.value.__notes__[0]


def test_what_cannot_travel_becomes_a_plain_error(children: ChildProcesses) -> None:
    """Results and exceptions that cannot be pickled are named in a RuntimeError, and the child lives on."""
    with pytest.raises(RuntimeError, match="lock"):
        children.run(give_something_unpicklable)
    with pytest.raises(RuntimeError, match="StrangeError"):
        children.run(refuse_strangely)
    assert children.run(double, 2) == 4


def test_a_hanging_call_is_killed(children: ChildProcesses) -> None:
    """A call that takes too long ends in ChildTimeout at once, and the next call gets a fresh child."""
    former = children.run(my_pid)
    started = time.monotonic()
    with pytest.raises(ChildTimeout, match=r"hang: no answer after 0\.3 seconds"):
        children.run(hang, 60.0, seconds=0.3)
    assert time.monotonic() - started < 2
    assert children.run(my_pid) != former
    assert not is_running(former)


def test_a_call_that_never_lets_go_is_killed(children: ChildProcesses) -> None:
    """A long C call that holds the interpreter's lock is killed all the same."""
    with pytest.raises(ChildTimeout):
        children.run(hang_without_letting_go, seconds=0.3)


def test_a_dying_child_is_named_and_replaced(children: ChildProcesses) -> None:
    """A crash ends in ChildDied with the status, and the next call works."""
    with pytest.raises(ChildDied, match="die: the child ended with status 11"):
        children.run(die, 11)
    assert children.run(double, 4) == 8


def test_a_child_killed_while_idle_is_replaced(children: ChildProcesses) -> None:
    """A child that the system killed between two calls is noticed before the next call."""
    pid = children.run(my_pid)
    os.kill(pid, signal.SIGKILL)
    wait_until_gone(pid)
    assert children.run(double, 5) == 10


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not limit mapped memory")
def test_a_memory_hog_is_stopped(children: ChildProcesses) -> None:
    """A call beyond the memory limit ends in ChildDied that says so, and the next call works."""
    assert children.run(hog, 50) == 50 * 1024 * 1024
    with pytest.raises(ChildDied, match="more than 300 MB"):
        children.run(hog, 400)
    assert children.run(double, 6) == 12


def test_calls_from_threads_run_in_parallel(children: ChildProcesses) -> None:
    """Two calls from two threads take the time of one, each in its own child."""
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: children.run(hang, 0.1), range(2)))
        started = time.monotonic()
        list(threads.map(lambda _: children.run(hang, 1.0), range(2)))
    assert time.monotonic() - started < 1.9


def test_one_hanging_call_leaves_the_others_alone(children: ChildProcesses) -> None:
    """While one child is killed, calls in the other go on and lose nothing."""
    with ThreadPoolExecutor(2) as threads:
        hanging = threads.submit(children.run, hang, 60.0, seconds=0.5)
        assert [threads.submit(children.run, double, number).result() for number in range(50)] == [
            2 * number for number in range(50)
        ]
        assert isinstance(hanging.exception(), ChildTimeout)


def test_more_callers_than_children_wait_for_their_turn(children: ChildProcesses) -> None:
    """Ten threads share two children; every call is answered."""
    with ThreadPoolExecutor(10) as threads:
        assert sorted(threads.map(lambda number: children.run(double, number), range(40))) == list(range(0, 80, 2))


def test_nothing_starts_before_the_first_call_and_nothing_after_the_end() -> None:
    """Children start when needed; after `close` calls are refused and no process is left."""
    with ChildProcesses(workers=1, seconds=10, memory_mb=300) as processes:
        pid = processes.run(my_pid)
    assert not is_running(pid)
    with pytest.raises(ToldToStop):
        processes.run(double, 1)


def test_closing_ends_a_call_under_way() -> None:
    """`close` does not wait for a long call: the call raises ToldToStop, for nothing is known of it."""
    processes = ChildProcesses(workers=1, seconds=60, memory_mb=300)
    processes.run(double, 1)
    with ThreadPoolExecutor(1) as threads:
        call = threads.submit(processes.run, hang, 60.0)
        time.sleep(0.2)
        processes.close()
        assert isinstance(call.exception(timeout=5), ToldToStop)


def test_children_end_with_a_killed_parent(tmp_path: Path) -> None:
    """A parent killed with SIGKILL leaves no children behind, neither idle nor busy ones."""
    script = tmp_path / "parent.py"
    script.write_text(
        textwrap.dedent("""
        import os, threading, time
        from service.work.child_processes import ChildProcesses

        if __name__ == "__main__":
            children = ChildProcesses(workers=2, seconds=60, memory_mb=300)
            threading.Thread(target=children.run, args=(time.sleep, 60), daemon=True).start()
            time.sleep(0.2)
            idle = children.run(os.getpid)
            busy = next(child._process.pid for child in children._living if child._process.pid != idle)
            print(idle, busy, flush=True)
            time.sleep(60)
        """)
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout is not None
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        parent.kill()
    assert len(pids) == 2
    for pid in pids:
        wait_until_gone(pid)


def is_running(pid: int) -> bool:
    """A process whose threads have all ended but which its parent has not yet collected counts as gone."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        threads = len(list(Path(f"/proc/{pid}/task").iterdir()))
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z" or threads > 1


def wait_until_gone(pid: int) -> None:
    latest = time.monotonic() + 5
    while is_running(pid):
        assert time.monotonic() < latest, f"process {pid} is still there"
        time.sleep(0.02)
