"""SnapStart: leaving the interpreter so that it can be captured, and going on in its copies.

The process asks for the snapshot (`restore/next`) and leaves all of its functions; what it knows
stays in memory. Where that is restored, `capture.resume` is called again and finds `kept`.
"""

import os

import snapshot_restore_py
from coldstart_runtime import api, errors, hints, log, marshal

# AWS's runtime ends with these.
_BEFORE_SNAPSHOT_FAILED = 64
_AFTER_RESTORE_FAILED = 65

# The handler, once the process has asked to be captured.
kept = None


def leave(handler):
    """Runs the hooks and leaves to be captured. Returns if no snapshot is taken here."""
    global kept
    if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE") != "snap-start":
        return
    try:
        hooks = reversed(snapshot_restore_py.get_before_snapshot())
        if not api.can_be_captured():
            return
        for function, args, kwargs in hooks:
            function(*args, **kwargs)
    except Exception as error:
        _report(error, api.init_error)
        os._exit(_BEFORE_SNAPSHOT_FAILED)
    log.flush()
    kept = handler
    api.ask_for_capture()
    # Not sys.exit: nothing of the interpreter may come to its end.
    os._exit(0)


def restored():
    """Runs the hooks of an environment that begins from the snapshot; gives the handler."""
    try:
        for function, args, kwargs in snapshot_restore_py.get_after_restore():
            function(*args, **kwargs)
    except Exception as error:
        _report(error, api.restore_error)
        os._exit(_AFTER_RESTORE_FAILED)
    log.flush()
    return kept


def _report(error, tell):
    body = errors.body(error, request_id=None)
    log.error(body, hints.of(error))
    tell(marshal.to_json(body))
    log.flush()
