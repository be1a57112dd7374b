"""Where the shipped module begins.

Starting CPython and importing what handlers use takes most of a cold start and is the same each
time. So it happens once, when the runtime is built: this file is run, and where it ends the
memory is captured. The shipped module's `_start` calls `resume`, as if from within `os._exit`, and
so does `_restore`, in memory that SnapStart has captured.
See xtask/src/runtimes/capture for the builder's side.
"""

import atexit
import gc
import os
import random
import sys
import traceback

# Imported for handlers: each would cost a cold start 5 to 100 ms.
import asyncio  # noqa: F401
import base64  # noqa: F401
import collections  # noqa: F401
import csv  # noqa: F401
import dataclasses  # noqa: F401
import datetime  # noqa: F401
import decimal  # noqa: F401
import hashlib  # noqa: F401
import io  # noqa: F401
import json  # noqa: F401
import logging  # noqa: F401
import math  # noqa: F401
import re  # noqa: F401
import tempfile  # noqa: F401
import time  # noqa: F401
import typing  # noqa: F401
import urllib.parse  # noqa: F401
import uuid  # noqa: F401

import bootstrap

# Layout of the mailbox, which the builder finds by its mark. `_start` puts the environment
# variables into it: their number, their size in bytes, pointers to them, then the variables.
MAILBOX_BYTES = 64 * 1024
POINTERS_AT = 8
VARIABLES_AT = POINTERS_AT + 4 * 1024
mailbox = bytearray(MAILBOX_BYTES)
ARGUMENTS = ()


def read_environment():
    """Replaces the builder's environment variables by the function's."""
    count = int.from_bytes(mailbox[0:4], "little")
    size = int.from_bytes(mailbox[4:8], "little")
    variables = bytes(mailbox[VARIABLES_AT : VARIABLES_AT + size]).split(b"\0")[:count]
    os.environ.clear()
    for variable in variables:
        name, _, value = variable.partition(b"=")
        os.environb[name] = value


def resume():
    """Goes on as `python bootstrap.py` would, from its first line to its exit status; or, where a
    snapshot was taken after INIT, from there."""
    status = 1
    try:
        read_environment()
        if bootstrap.snap_start.kept is not None:
            bootstrap.restored()
        # Seeded from the builder's randomness otherwise.
        random.seed()
        sys.path_importer_cache.clear()
        bootstrap.main()
    except SystemExit as end:
        status = exit_status(end.code)
    except BaseException:
        traceback.print_exc()
    finally:
        atexit._run_exitfuncs()
        bootstrap.log.flush()
        os._exit(status)


def exit_status(code):
    """What CPython makes of the argument of `sys.exit`."""
    if code is None:
        return 0
    if isinstance(code, int):
        return code & 0xFF
    print(code, file=sys.stderr)
    return 1


if __name__ == "__main__":
    # In two steps, so that the whole mark is nowhere else in memory.
    mailbox[0:8] = b"captured"
    mailbox[8:16] = b"-mailbox"
    mailbox[16:20] = id(resume).to_bytes(4, "little")
    mailbox[20:24] = id(ARGUMENTS).to_bytes(4, "little")
    # What is here stays: no collection has to look at it again.
    gc.collect()
    gc.freeze()
    os._exit(0)
