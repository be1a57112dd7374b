"""What this runtime lacks, one line for each: it is CPython for WASI, not AWS's Linux."""

import errno
import os

from coldstart_runtime import errors

# Packages of which every release, or the part that matters, is compiled C or Rust.
_NATIVE = frozenset(
    "aiohttp bcrypt confluent_kafka Crypto cryptography cv2 fitz google.protobuf grpc h5py "
    "jiter lxml matplotlib MySQLdb numpy orjson pandas PIL polars psycopg psycopg2 pyarrow "
    "pydantic_core pymssql pyodbc scipy shapely skimage sklearn tensorflow tokenizers torch "
    "ujson uvloop".split()
)
# In AWS's runtime image, beside the standard library.
_AWS_SDK = frozenset({"boto3", "botocore", "s3transfer"})
# Parts of the standard library that need what WASI does not have.
_MISSING = {
    "There is no network": "_ssl ssl",
    "There are no threads": "concurrent.futures.thread concurrent.futures.process",
    "There are no processes": "multiprocessing _multiprocessing _posixsubprocess",
    "There are no native libraries": "ctypes _ctypes cffi",
}
_REASONS = {module: reason for reason, names in _MISSING.items() for module in names.split()}
_EXTENSION_SUFFIXES = (".so", ".pyd")


def of(error):
    """Lines for the log; none if there is nothing to add."""
    hints = []
    for cause in _chain(error):
        hint = _import_hint(cause) if isinstance(cause, ImportError) else _hint(cause)
        if hint and hint not in hints:
            hints.append(hint)
    return hints


def _chain(error):
    """The error, what it was raised from or while handling, and so on."""
    seen = []
    while error is not None and error not in seen:
        seen.append(error)
        error = error.__cause__ or error.__context__
    return seen


def _import_hint(error):
    module = error.name or ""
    package = module.split(".")[0]
    if package in _AWS_SDK:
        return (
            "AWS's runtime contains boto3; this one does not. A package can bring it, but there "
            "is no network here for it to call AWS."
        )
    if module in _REASONS:
        return f"{_REASONS[module]} here, so the module {module} is missing."
    if error.name_from:
        module += "." + error.name_from
    if extension := _extension(module):
        return f"{extension} is a native extension: only pure Python works here."
    if package in _NATIVE or module in _NATIVE:
        return f"{package} is a native extension (compiled code): only pure Python works here."
    return None


def _extension(module):
    """The compiled file in the package that would have been this module."""
    folder, _, name = module.replace(".", "/").rpartition("/")
    folder = os.path.join(os.environ.get("LAMBDA_TASK_ROOT", "/var/task"), folder)
    try:
        files = sorted(os.listdir(folder))
    except OSError:
        return None
    for file in files:
        if file.split(".")[0] == name and file.endswith(_EXTENSION_SUFFIXES):
            return os.path.join(folder, file)
    return None


def _hint(error):
    text = errors.text(error)
    if "start new thread" in text:
        return "There are no threads here: call the function directly, or use asyncio."
    if "support processes" in text or text == "module 'os' has no attribute 'system'":
        return "There are no processes here: a function cannot start programs."
    if "module '_socket' has no attribute" in text or "unknown url type: https" in text:
        return _NO_NETWORK
    if isinstance(error, OSError) and error.errno in (errno.ENOTSUP, errno.EPROTONOSUPPORT):
        return _NO_NETWORK
    if "Object of type coroutine is not JSON" in text:
        return "The handler is an async function: call asyncio.run in an ordinary one."
    return None


_NO_NETWORK = "There is no network here: requests to other hosts fail."
