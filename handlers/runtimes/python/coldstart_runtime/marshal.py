"""Events and responses as JSON, with the habits of AWS's marshaller.

Beyond the standard library's encoder it writes Decimal as a number with all its digits and bytes
as text, and it does not escape what is not ASCII (python3.12 and later).
"""

import json
import math
import sys

from coldstart_runtime.errors import Fault

_JSON = "application/json"


def event(body, content_type=_JSON):
    """The handler's first argument; bytes if it is not JSON."""
    if content_type != _JSON:
        return body
    try:
        return json.loads(body)
    except Exception as error:
        raise Fault(
            "Runtime.UnmarshalError", f"Unable to unmarshal input: {error}"
        ) from error


def response(result):
    """A handler's result as the response's bytes."""
    if isinstance(result, bytes):
        return result
    try:
        return to_json(result).encode("utf-8")
    except Exception as error:
        raise Fault(
            "Runtime.MarshalError", f"Unable to marshal response: {error}"
        ) from error


def to_json(value):
    try:
        return _FAST(value)
    except _HasDecimal:
        return "".join(_exact(value))


class _HasDecimal(Exception):
    """The encoder in C has no way to write a number as given."""


class _Number(float):
    """A number with its text. A float, because that is what encoders ask the text of."""

    __slots__ = ("text",)


def _fallback(value):
    if isinstance(value, bytes):
        return value.decode("utf-8")
    if _is_decimal(value):
        raise _HasDecimal
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _fallback_exact(value):
    if not _is_decimal(value):
        return _fallback(value)
    if value.is_nan():
        return math.nan
    number = _Number(0)
    number.text = str(value)
    return number


def _is_decimal(value):
    # Nobody has a Decimal who has not imported its module.
    decimal = sys.modules.get("decimal")
    return decimal is not None and isinstance(value, decimal.Decimal)


_FAST = json.JSONEncoder(ensure_ascii=False, default=_fallback).encode


def _exact(value):
    return json.encoder._make_iterencode(
        markers={},
        _default=_fallback_exact,
        _encoder=json.encoder.encode_basestring,
        _indent=None,
        _floatstr=_number_text,
        _key_separator=": ",
        _item_separator=", ",
        _sort_keys=False,
        _skipkeys=False,
        _one_shot=True,
    )(value, 0)


def _number_text(value):
    if isinstance(value, _Number):
        return value.text
    if math.isfinite(value):
        return float.__repr__(value)
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
