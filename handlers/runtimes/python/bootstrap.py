"""The Python runtime: AWS Lambda's python3.12 contract over the Runtime API as files.

    bootstrap.py              INIT and the loop
    capture.py                where the shipped module is captured, and where it goes on
    coldstart_runtime/
      api.py                  the files below /run/lambda (handlers/RUNTIME_API.md)
      context.py              the handler's second argument
      errors.py               error bodies, stack traces, how they are logged
      event_loop.py           asyncio without sockets
      handler.py              finding and importing the handler
      hints.py                what a WASI build lacks, in one line each
      log.py                  the root logger, stdout
      marshal.py              events and responses as JSON
      snap_start.py           leaving to be captured, and going on
    snapshot_restore_py/      hooks around the snapshot, as on AWS
"""

import os
import sys

from coldstart_runtime import api, errors, event_loop, hints, log, marshal, snap_start
from coldstart_runtime.context import LambdaContext
from coldstart_runtime.handler import load


def main():
    """INIT, then one invocation after the other. Does not return."""
    task_root = os.environ.get("LAMBDA_TASK_ROOT", "/var/task")
    os.chdir(task_root)
    set_path(task_root)
    event_loop.install()
    log.install()
    handler = initialise()
    snap_start.leave(handler)
    serve(handler)


def restored():
    """The same from a snapshot that was taken after INIT. Does not return."""
    serve(snap_start.restored())


def serve(handler):
    """One invocation after the other."""
    while True:
        log.flush()
        invoke(handler, api.next_invocation())


def set_path(task_root):
    """The function's code first, then layers, as on AWS."""
    ours = os.path.dirname(os.path.abspath(__file__))
    first = [task_root, "/opt/python/lib/python3.12/site-packages", "/opt/python"]
    asked = [entry for entry in os.environ.get("PYTHONPATH", "").split(":") if entry]
    rest = [entry for entry in sys.path if entry not in ("", ours, *first, *asked)]
    sys.path[:] = [*first, *asked, ours, *rest]


def initialise():
    """The handler; if there is none, the reason goes to init/error and the process ends."""
    try:
        return load(os.environ.get("_HANDLER", ""))
    except Exception as error:  # AWS, too, lets SystemExit and KeyboardInterrupt through.
        body = errors.body(error, request_id=None)
        log.error(body, hints.of(error))
        api.init_error(marshal.to_json(body))
    log.flush()
    sys.exit(1)


def invoke(handler, invocation):
    """One invocation, answered."""
    log.request_id = invocation.request_id
    set_trace_id(invocation.trace_id)
    try:
        context = LambdaContext(invocation)
        event = marshal.event(invocation.event, invocation.content_type)
        result = handler(event, context)
        response = marshal.response(result)
    except Exception as error:
        body = errors.body(error, invocation.request_id)
        log.error(body, hints.of(error))
        api.error(marshal.to_json(body))
    else:
        api.response(response)


def set_trace_id(trace_id):
    if trace_id is None:
        os.environ.pop("_X_AMZN_TRACE_ID", None)
    else:
        os.environ["_X_AMZN_TRACE_ID"] = trace_id


if __name__ == "__main__":
    main()
