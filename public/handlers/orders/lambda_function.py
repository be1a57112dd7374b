"""A queue's consumer: each message of a batch is an order, and one that fails does not fail the rest.

Create a queue in the page, let this function poll it with "Report batch item failures", and send it
orders. Those that are sold out come back after the visibility timeout, until the queue's redrive
policy sends them to its dead-letter queue. Without the report, one sold-out order brings the whole
batch back: look at what is packed twice then.
"""

import json
import logging
import os

logger = logging.getLogger()
logger.setLevel(logging.INFO)

SOLD_OUT = os.environ.get("SOLD_OUT", "coffee").split(",")


def pack(order):
    if order["item"] in SOLD_OUT:
        raise ValueError(f"{order['item']} is sold out")
    logger.info("order %s: %s %s packed", order["order"], order.get("count", 1), order["item"])


def lambda_handler(event, context):
    failures = []
    for record in event["Records"]:
        try:
            pack(json.loads(record["body"]))
        except (KeyError, TypeError, ValueError) as error:
            received = record["attributes"]["ApproximateReceiveCount"]
            logger.warning("message %s, received %s times: %s", record["messageId"], received, error)
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
