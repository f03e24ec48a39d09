#!/usr/bin/python3
# Loads a run with pandas' defaults, and checks the types that the columns get.
import sys

import pandas
from pandas.api.types import is_datetime64_any_dtype, is_numeric_dtype

TEXTS = {
    "run", "trial", "suite", "strategy", "latency", "protocol", "connections",
    "verdict", "reason", "bound_by", "samples", "path", "status", "body_hash",
    "fault", "bandwidth", "arrivals", "started_at",
}

for name in "trials.csv", "requests.csv":
    times = ["started_at"] if name == "trials.csv" else []
    rows = pandas.read_csv(f"{sys.argv[1]}/{name}", parse_dates=times)
    for column in rows:
        if column in times:
            assert is_datetime64_any_dtype(rows[column]), column
        elif column not in TEXTS:
            assert is_numeric_dtype(rows[column]), column
    assert rows["trial"].notna().all()
    print(f"pandas {pandas.__version__}: {name}: {len(rows)} rows")
trials = pandas.read_csv(f"{sys.argv[1]}/trials.csv")
valid = trials[(trials.verdict == "valid") & (trials.block >= 1)]
print(valid.groupby(["strategy", "concurrency"]).elapsed_ns.median() / 1e6)
