"""Web application: a page, served by a function URL (payload format 2.0).

Whatever the request sends is escaped before it becomes HTML. Try the event "Somebody tries to sneak
in a script".
"""

import html
from datetime import datetime, timezone

visits = 0

PAGE = """<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Hello, {name}</title></head>
  <body>
    <h1>Hello, {name}!</h1>
    <p>You asked for <code>{path}</code> at {now} UTC.</p>
    <p>This environment has served {visits} page(s) since it started cold.</p>
  </body>
</html>
"""


def lambda_handler(event, context):
    global visits
    visits += 1
    method = event["requestContext"]["http"]["method"]
    if method != "GET":
        return {"statusCode": 405, "headers": {"allow": "GET"}, "body": f"{method} is not for pages"}

    query = event.get("queryStringParameters") or {}
    page = PAGE.format(
        name=html.escape(query.get("name", "world")),
        path=html.escape(event.get("rawPath", "/")),
        now=datetime.now(timezone.utc).strftime("%H:%M:%S"),
        visits=visits,
    )
    return {
        "statusCode": 200,
        "headers": {"content-type": "text/html; charset=utf-8"},
        "body": page,
    }
