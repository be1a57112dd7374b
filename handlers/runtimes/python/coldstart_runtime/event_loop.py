"""asyncio without sockets.

CPython's event loop wakes itself through a pair of sockets, which WASI does not have. With one
thread nobody else could wake it, so a loop that only sleeps until its next timer does the same.
"""

import asyncio
import selectors
import sys
import time


class _Sleeper(selectors._BaseSelectorImpl):
    """Waits for time, the only thing that there is to wait for."""

    def select(self, timeout=None):
        if timeout is None:
            # Nothing scheduled: nothing would ever happen.
            raise RuntimeError("every task waits for something that cannot happen here")
        if timeout > 0:
            time.sleep(timeout)
        return []


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self):
        super().__init__(_Sleeper())

    def _make_self_pipe(self):
        pass

    def _close_self_pipe(self):
        pass

    def _write_to_self(self):
        pass

    def _process_self_data(self, data):
        pass


class _Policy(asyncio.DefaultEventLoopPolicy):
    _loop_factory = _Loop


def install():
    """For WASI only: elsewhere, where the runtime is tested, asyncio works as it is."""
    if sys.platform == "wasi":
        asyncio.set_event_loop_policy(_Policy())
