"""Finding and importing the handler that `_HANDLER` names.

https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html
"""

import sys

from coldstart_runtime.errors import Fault


def load(name):
    """The function that `module.function` means; folders are written with slashes."""
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as error:
        raise Fault(
            "Runtime.MalformedHandlerName", f"Bad handler '{name}': {error}"
        ) from error
    if module_name.split(".")[0] in sys.builtin_module_names:
        raise Fault(
            "Runtime.BuiltInModuleConflict",
            f"Cannot use built-in module {module_name} as a handler module",
        )
    module = _imported(module_name)
    try:
        return getattr(module, function_name)
    except AttributeError as error:
        raise Fault(
            "Runtime.HandlerNotFound",
            f"Handler '{function_name}' missing on module '{module_name}'",
        ) from error


def _imported(module_name):
    full_name = module_name.replace("/", ".")
    try:
        # Not importlib.import_module: this one leaves the import system's frames out of traces.
        __import__(full_name)
        return sys.modules[full_name]
    except ImportError as error:
        raise Fault(
            "Runtime.ImportModuleError",
            f"Unable to import module '{module_name}': {error}",
        ) from error
    except SyntaxError as error:
        raise Fault(
            "Runtime.UserCodeSyntaxError",
            f"Syntax error in module '{module_name}': {error}",
            [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}'],
        ) from error
