"""Hooks around SnapStart's snapshot, under the name and with the functions of the library that AWS's
Python runtimes bring.

https://docs.aws.amazon.com/lambda/latest/dg/snapstart-runtime-hooks-python.html
"""

_before_snapshot = []
_after_restore = []


def register_before_snapshot(func, *args, **kwargs):
    """Calls `func` before the snapshot is taken; what was registered last is called first."""
    _before_snapshot.append((func, args, kwargs))
    return func


def register_after_restore(func, *args, **kwargs):
    """Calls `func` in each environment that begins from the snapshot, in order."""
    _after_restore.append((func, args, kwargs))
    return func


def get_before_snapshot():
    """What was registered, as (function, arguments, keyword arguments)."""
    return _before_snapshot


def get_after_restore():
    """What was registered, as (function, arguments, keyword arguments)."""
    return _after_restore
