"""Error bodies as AWS's runtime words them.

https://docs.aws.amazon.com/lambda/latest/dg/python-exceptions.html
"""

import linecache
import os

# The stdlib's modules were compiled elsewhere; here is where AWS has them.
_STDLIB = ("/wlr/build-staging/python/v3.12.0-aio/checkout/Lib/", "/var/lang/lib/python3.12/")
# As CPython's own tracebacks: of equal frames in a row, the first three are shown.
_SHOWN_REPEATS = 3
_OURS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Fault(Exception):
    """What the runtime itself finds wrong, under one of AWS's `Runtime.` names."""

    def __init__(self, error_type, message, stack_trace=()):
        super().__init__(message)
        self.error_type = error_type
        self.stack_trace = list(stack_trace)


def body(error, request_id):
    """What the caller is told, as a dict."""
    if isinstance(error, Fault):
        error_type, stack_trace = error.error_type, error.stack_trace
    else:
        error_type, stack_trace = type(error).__name__, _stack_trace(error.__traceback__)
    return {
        "errorMessage": text(error),
        "errorType": error_type,
        "requestId": request_id or "",
        "stackTrace": stack_trace,
    }


def text(error):
    """What an exception says."""
    try:
        return str(error)
    except Exception:  # An exception's own __str__ may be broken.
        return f"<unprintable {type(error).__name__} object>"


def _stack_trace(traceback):
    """The frames below the runtime's own; all if there are no others."""
    frames = list(_frames(traceback))
    for index, (file, _, _) in enumerate(frames):
        if not file.startswith(_OURS + "/"):
            frames = frames[index:]
            break
    lines = []
    repeats = 0
    for index, frame in enumerate(frames):
        repeats = repeats + 1 if index and frame == frames[index - 1] else 1
        if repeats <= _SHOWN_REPEATS:
            lines.append(_frame_text(*frame))
        hidden = repeats - _SHOWN_REPEATS
        if hidden > 0 and frames[index + 1 : index + 2] != [frame]:
            lines.append(
                f"  [Previous line repeated {hidden} more time{'s' if hidden > 1 else ''}]\n"
            )
    return lines


def _frames(traceback):
    while traceback is not None:
        code = traceback.tb_frame.f_code
        yield code.co_filename.replace(*_STDLIB), traceback.tb_lineno, code.co_name
        traceback = traceback.tb_next


def _frame_text(file, line, name):
    source = linecache.getline(file, line).strip()
    text = f'  File "{file}", line {line}, in {name}\n'
    return f"{text}    {source}\n" if source else text
