"""The handler's second argument.

https://docs.aws.amazon.com/lambda/latest/dg/python-context.html
"""

import json
import os
import time

from coldstart_runtime import log
from coldstart_runtime.errors import Fault


class _Record:
    """Named values, None where the caller gave none."""

    __slots__ = ()

    def __init__(self, values):
        for name in self.__slots__:
            setattr(self, name, values.get(name))

    def __repr__(self):
        values = ",".join(f"{name}={getattr(self, name)}" for name in self.__slots__)
        return f"{type(self).__name__}([{values}])"


class CognitoIdentity(_Record):
    """Who calls, for callers that Amazon Cognito knows."""

    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")


class Client(_Record):
    """The app that calls, as AWS's mobile SDKs describe it."""

    __slots__ = (
        "installation_id",
        "app_title",
        "app_version_name",
        "app_version_code",
        "app_package_name",
    )


class ClientContext(_Record):
    """What a caller passed beside the event."""

    __slots__ = ("custom", "env", "client")


class LambdaContext:
    """The invocation, its function and its environment."""

    def __init__(self, invocation):
        environment = os.environ.get
        self.aws_request_id = invocation.request_id
        self.log_group_name = environment("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = environment("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = environment("AWS_LAMBDA_FUNCTION_NAME")
        # A string on AWS, too.
        self.memory_limit_in_mb = environment("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = environment("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = invocation.function_arn
        self.tenant_id = invocation.tenant_id
        self.client_context = _client_context(invocation.client_context)
        self.identity = _identity(invocation.cognito_identity)
        self._epoch_deadline_time_in_ms = invocation.deadline_ms

    def get_remaining_time_in_millis(self):
        """Milliseconds until the function's timeout."""
        return max(0, self._epoch_deadline_time_in_ms - time.time_ns() // 1_000_000)

    def log(self, message):
        """A line of its own in the log."""
        log.line(str(message))

    def __repr__(self):
        values = ",".join(
            f"{name}={value}" for name, value in vars(self).items() if name[0] != "_"
        )
        return f"LambdaContext([{values}])"


def _client_context(header):
    if not header:
        return None
    context = ClientContext(_parsed(header, "Client Context"))
    if context.client is not None:
        context.client = Client(context.client)
    return context


def _identity(header):
    given = _parsed(header, "Cognito Identity") if header else {}
    return CognitoIdentity(
        {
            "cognito_identity_id": given.get("cognitoIdentityId"),
            "cognito_identity_pool_id": given.get("cognitoIdentityPoolId"),
        }
    )


def _parsed(header, name):
    try:
        return json.loads(header)
    except Exception as error:
        raise Fault(
            "Runtime.LambdaContextUnmarshalError",
            f"Unable to parse {name} JSON: {error}",
        ) from error
