"""The Runtime API as files: see handlers/RUNTIME_API.md.

Plain descriptors, not file objects: a warm invocation is little more than these calls.
"""

import os

# Read at once where the length is not known yet, bytes.
_CHUNK = 1 << 16


class Invocation:
    """What a read of `next` gave. What the caller did not send is None."""

    __slots__ = (
        "request_id",
        "deadline_ms",
        "function_arn",
        "trace_id",
        "client_context",
        "cognito_identity",
        "tenant_id",
        "content_type",
        "event",
    )

    def __init__(self, headers, event):
        self.request_id = headers.get("lambda-runtime-aws-request-id", "")
        self.deadline_ms = int(headers.get("lambda-runtime-deadline-ms", 0))
        self.function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.trace_id = headers.get("lambda-runtime-trace-id")
        self.client_context = headers.get("lambda-runtime-client-context")
        self.cognito_identity = headers.get("lambda-runtime-cognito-identity")
        self.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
        self.content_type = headers.get("content-type", "application/json")
        self.event = event


def next_invocation():
    """Waits for an event."""
    text = _read_next()
    head, _, event = text.partition(b"\n\n")
    headers = {}
    for line in head.decode("utf-8").split("\n"):
        name, _, value = line.partition(": ")
        headers[name.lower()] = value
    return Invocation(headers, event[: int(headers.get("content-length", len(event)))])


def response(body):
    """Ends the invocation with its response, bytes."""
    _write("response", body)


def error(body):
    """Ends the invocation with an error, JSON as text."""
    _write("error", body.encode("utf-8", "replace"))


def init_error(body):
    """Says why there is no handler, JSON as text."""
    _write("init/error", body.encode("utf-8", "replace"))


def restore_error(body):
    """Says why a hook failed after a restore, JSON as text."""
    _write("restore/error", body.encode("utf-8", "replace"))


def can_be_captured():
    """Whether a snapshot of this process is taken after INIT."""
    try:
        os.close(os.open(_path("restore/next"), os.O_RDONLY))
    except PermissionError:
        return False
    return True


def ask_for_capture():
    """Asks to be captured once the process has left all of its functions."""
    descriptor = os.open(_path("restore/next"), os.O_RDONLY)
    os.read(descriptor, 1)
    os.close(descriptor)


def _path(name):
    return os.environ.get("COLDSTART_RUNTIME_API", "/run/lambda") + "/" + name


# Open for good: the file system in the interpreter's module keeps a few bytes for every opening.
_next = None


def _read_next():
    global _next
    if _next is None:
        _next = os.open(_path("next"), os.O_RDONLY)
    else:
        os.lseek(_next, 0, os.SEEK_SET)
    parts = []
    while part := os.read(_next, _CHUNK):
        parts.append(part)
    return b"".join(parts)


def _write(name, body):
    descriptor = os.open(_path(name), os.O_WRONLY)
    try:
        rest = memoryview(body)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    finally:
        os.close(descriptor)
