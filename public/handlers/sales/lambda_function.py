"""Data processing: a CSV of sales comes in, totals a region go out.

Each row is checked. A row that cannot be read is counted and named, and does not stop the others.
"""

import csv
import io
from collections import defaultdict
from decimal import Decimal, InvalidOperation

COLUMNS = ("date", "region", "product", "units", "price")


def lambda_handler(event, context):
    rows = csv.DictReader(io.StringIO(event["csv"]))
    missing = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if missing:
        raise ValueError(f"the CSV has no column {', '.join(missing)}")

    regions = defaultdict(lambda: {"orders": 0, "units": 0, "revenue": Decimal(0)})
    refused = []
    for number, row in enumerate(rows, start=2):  # Line 1 has the names of the columns.
        try:
            units, price = int(row["units"]), Decimal(row["price"])
        except (TypeError, ValueError, InvalidOperation):
            refused.append({"line": number, "row": row})
            continue
        region = regions[row["region"]]
        region["orders"] += 1
        region["units"] += units
        region["revenue"] += units * price

    print(f"{rows.line_num - 1} rows, {len(refused)} refused")
    ranked = sorted(regions.items(), key=lambda item: -item[1]["revenue"])
    return {
        "regions": [
            {"region": name, **totals, "revenue": f"{totals['revenue']:.2f}"}
            for name, totals in ranked
        ],
        "refused": refused,
    }
