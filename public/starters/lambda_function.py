import json


# Runs once, in the INIT phase of each new environment: what is costly belongs here.
print("A new environment starts")


def lambda_handler(event, context):
    """Lambda calls this with each event; what it returns is the response."""
    # What is printed goes to the log.
    print("Request", context.aws_request_id, "with", json.dumps(event))
    return {
        "statusCode": 200,
        "body": json.dumps("Hello from Lambda!"),
    }
