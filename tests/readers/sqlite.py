#!/usr/bin/python3
# Reads an export with pandas, and compares each column with that of the CSV file.
import sqlite3
import sys

import pandas

db = sqlite3.connect(sys.argv[1])
for table in "trials", "requests":
    ours = pandas.read_sql(f"SELECT * FROM {table}", db)
    csv = pandas.read_csv(f"{sys.argv[2]}/{table}.csv",
                          keep_default_na=False, na_values=[""],
                          dtype={"trial": str, "body_hash": str})
    assert len(ours) == len(csv) > 0
    for column in csv:
        if csv[column].isna().all():
            assert ours[column].isna().all(), column
        else:
            pandas.testing.assert_series_equal(
                ours[column], csv[column], check_dtype=False)
    print(f"pandas {pandas.__version__}: {table}: {len(ours)} rows")
