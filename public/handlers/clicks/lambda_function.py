"""Stream processing: records of a Kinesis stream are counted in windows of ten seconds.

The counts live in a global: an environment that stays warm sees the stream go on, a new one begins
with nothing. A real application keeps them in a table, or lets Lambda keep them as the state of a
tumbling window: give the event source mapping one, and the counts go from one invocation to the next
whichever environment has it. Look at the counts after Recycle.
"""

import base64
import json
import logging

logger = logging.getLogger()
logger.setLevel(logging.INFO)

WINDOW_SECONDS = 10
windows = {}


def page_of(record):
    return json.loads(base64.b64decode(record["kinesis"]["data"]))["page"]


def tumbling(event):
    """The window's counts so far are the state that Lambda hands on."""
    pages = event["state"]
    for record in event["Records"]:
        page = page_of(record)
        pages[page] = pages.get(page, 0) + 1
    if event["isFinalInvokeForWindow"]:
        logger.info("window %s: %s", event["window"]["start"], json.dumps(pages, sort_keys=True))
    return {"state": pages}


def lambda_handler(event, context):
    if "window" in event:
        return tumbling(event)
    for record in event["Records"]:
        data = record["kinesis"]
        start = int(data["approximateArrivalTimestamp"]) // WINDOW_SECONDS * WINDOW_SECONDS
        pages = windows.setdefault(start, {})
        page = page_of(record)
        pages[page] = pages.get(page, 0) + 1

    logger.info("%d records, %d windows", len(event["Records"]), len(windows))
    return {
        "windows": [
            {"start": start, "clicks": sum(pages.values()), "pages": pages}
            for start, pages in sorted(windows.items())
        ]
    }
