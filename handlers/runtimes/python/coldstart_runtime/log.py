"""The log: stdout, the root logger in AWS's format, and how errors are written.

https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
"""

import json
import logging
import os
import sys
import time
import traceback

# The current invocation; None in INIT.
request_id = None

_TEXT = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
_SECONDS = "%Y-%m-%dT%H:%M:%S"
# AWS indents error lines with these, so that no reader of logs trims them.
_NO_BREAK_SPACE = "\u00a0"


def install():
    """Gives the root logger its handler, once for each process."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)
    logging.Formatter.converter = time.gmtime
    handler = _Handler()
    handler.setFormatter(
        _JsonFormatter() if _is_json() else logging.Formatter(_TEXT, _SECONDS)
    )
    handler.addFilter(_add_request_id)
    root = logging.getLogger()
    root.addHandler(handler)
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
    level = "DEBUG" if level == "TRACE" else level
    if level in logging.getLevelNamesMapping():
        root.setLevel(level)


def line(text):
    """A line of its own, after whatever was printed without an end of line."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def error(body, hints):
    """An error in AWS's form, then what may help here. The hints are not AWS's and say so."""
    if _is_json():
        stamp = time.strftime(_SECONDS, time.gmtime())
        line(_encode({"timestamp": stamp + "Z", "level": "ERROR", **body}))
    else:
        line(_error_text(body))
    for hint in hints:
        line("[Coldstart] " + hint)


def flush():
    """An environment may be frozen, or ended, after this."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except ValueError:
            # The handler has closed it.
            pass


def _error_text(body):
    lines = [f"[ERROR] {body['errorType']}"]
    if body["errorMessage"]:
        lines[0] += ": " + body["errorMessage"]
    lines.append("Traceback (most recent call last):")
    for entry in body["stackTrace"]:
        for text in entry.splitlines():
            content = text.lstrip(" ")
            lines.append(_NO_BREAK_SPACE * (len(text) - len(content)) + content)
    return "\n".join(lines)


def _is_json():
    return os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"


def _add_request_id(record):
    record.aws_request_id = request_id or ""
    return True


class _Handler(logging.Handler):
    def emit(self, record):
        # sys.stdout as it is now: handlers and tests replace it.
        sys.stdout.write(self.format(record))


_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode
# What every record has: the rest came as `extra`.
_OWN = {*vars(logging.makeLogRecord({})), "aws_request_id", "message", "asctime"}


class _JsonFormatter(logging.Formatter):
    """One object a line, for the log format JSON."""

    def format(self, record):
        seconds = time.strftime(_SECONDS, time.gmtime(record.created))
        fields = {
            "timestamp": f"{seconds}.{int(record.msecs):03d}Z",
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            "requestId": record.aws_request_id,
        }
        if record.exc_info and record.exc_info[0]:
            kind, value, trace = record.exc_info
            fields["stackTrace"] = traceback.format_tb(trace)
            fields["errorType"] = kind.__name__
            fields["errorMessage"] = str(value)
            fields["location"] = f"{record.pathname}:{record.funcName}:{record.lineno}"
        for name, value in vars(record).items():
            if name not in _OWN and name not in fields and value is not None:
                fields[name] = value
        return _encode(fields) + "\n"
