"""Stream processing: records of a Kinesis stream are counted in windows of ten seconds.

The counts live in a global: an environment that stays warm sees the stream go on, a new one begins
with nothing. A real application keeps them in a table, or lets Lambda keep them as the state of a
tumbling window. Look at the counts after Recycle.
"""

import base64
import json
import logging

logger = logging.getLogger()
logger.setLevel(logging.INFO)

WINDOW_SECONDS = 10
windows = {}


def lambda_handler(event, context):
    for record in event["Records"]:
        data = record["kinesis"]
        click = json.loads(base64.b64decode(data["data"]))
        start = int(data["approximateArrivalTimestamp"]) // WINDOW_SECONDS * WINDOW_SECONDS
        pages = windows.setdefault(start, {})
        pages[click["page"]] = pages.get(click["page"], 0) + 1

    logger.info("%d records, %d windows", len(event["Records"]), len(windows))
    return {
        "windows": [
            {"start": start, "clicks": sum(pages.values()), "pages": pages}
            for start, pages in sorted(windows.items())
        ]
    }
