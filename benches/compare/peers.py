"""What the peers do: one command a task. See compare.py."""

import glob
import json
import sys
import time
from pathlib import Path

# What a licence asks for, as a number; the highest counts. Names are those of
# the edition that the portfolio was made with.
TIERS = """
    CASE WHEN license = 'Dynamics 365 Team Members' THEN 1
         WHEN license = 'Dynamics 365 Operations - Activity' THEN 2
         ELSE 3 END
"""


def classify_duckdb(folder):
    import duckdb

    read = "read_csv('{}/*/{}.csv', all_varchar=true, filename=true, header=true)"
    tenant = "split_part(filename, '/', -2)"
    query = f"""
        WITH permissions AS (
            SELECT {tenant} AS tenant, role_id, max({TIERS}) AS tier
            FROM {read.format(folder, "role_permissions")} GROUP BY ALL),
        assignments AS (
            SELECT {tenant} AS tenant, user_id, role_id
            FROM {read.format(folder, "role_assignments")} WHERE status = 'Enabled'),
        users AS (
            SELECT {tenant} AS tenant, user_id FROM {read.format(folder, "users")}
            WHERE enabled = 'true' AND account_type = 'member'),
        classified AS (
            SELECT u.tenant, u.user_id, coalesce(max(p.tier), 0) AS tier
            FROM users u
            LEFT JOIN assignments a ON a.tenant = u.tenant AND a.user_id = u.user_id
            LEFT JOIN permissions p ON p.tenant = a.tenant AND p.role_id = a.role_id
            GROUP BY ALL)
        SELECT tenant, tier, count(*) FROM classified GROUP BY ALL ORDER BY ALL
    """
    rows = duckdb.sql(query).fetchall()
    print(json.dumps([[a, int(b), int(c)] for a, b, c in rows]))


def classify_polars(folder):
    print(json.dumps(polars_tiers(folder).group_by("tenant", "tier").len()
                     .sort("tenant", "tier").collect().rows()))


def polars_tiers(folder):
    import polars as pl

    def scan(name, columns):
        frame = pl.scan_csv(f"{folder}/*/{name}.csv", infer_schema=False, include_file_paths="path")
        tenant = pl.col("path").str.split("/").list.get(-2).alias("tenant")
        return frame.select(tenant, *columns)

    tier = (
        pl.when(pl.col("license") == "Dynamics 365 Team Members").then(1)
        .when(pl.col("license") == "Dynamics 365 Operations - Activity").then(2)
        .otherwise(3)
    )
    permissions = (scan("role_permissions", ["role_id", "license"])
                   .group_by("tenant", "role_id").agg(tier.max().alias("tier")))
    assignments = (scan("role_assignments", ["user_id", "role_id", "status"])
                   .filter(pl.col("status") == "Enabled")
                   .join(permissions, on=["tenant", "role_id"], how="left")
                   .group_by("tenant", "user_id").agg(pl.col("tier").max()))
    return (scan("users", ["user_id", "enabled", "account_type"])
            .filter((pl.col("enabled") == "true") & (pl.col("account_type") == "member"))
            .select("tenant", "user_id")
            .join(assignments, on=["tenant", "user_id"], how="left")
            .with_columns(pl.col("tier").fill_null(0)))


def agree(folder, out):
    """Every member's tier is that of Seatwise's table of users."""
    import polars as pl

    words = {"none": 0, "team-members": 1, "activity": 2, "full": 3}
    theirs = polars_tiers(folder).collect()
    ours = (pl.read_parquet(f"{out}/data/users/*.parquet", columns=["tenant", "user_id", "tier"])
            .unique()
            .with_columns(pl.col("tier").fill_null("none").replace_strict(words).alias("ours")))
    joined = theirs.join(ours, on=["tenant", "user_id"], how="left")
    wrong = joined.filter(pl.col("ours").is_null() | (pl.col("ours") != pl.col("tier")))
    if len(wrong):
        sys.exit(f"{len(wrong)} of {len(joined)} users differ:\n{wrong.head()}")
    print(f"{len(joined)} users agree")


def read_calamine(book):
    from python_calamine import CalamineWorkbook

    sheet = CalamineWorkbook.from_path(book).get_sheet_by_index(0)
    print(sum(len(row) for row in sheet.iter_rows()))


def read_pandas(book, engine):
    import pandas

    print(pandas.read_excel(book, engine=engine).size)


def write_xlsxwriter(folder, out):
    import csv

    import xlsxwriter

    Path(out).mkdir(parents=True, exist_ok=True)
    tables = []
    for path in sorted(glob.glob(f"{folder}/*.csv")):
        with open(path, newline="", encoding="utf-8-sig") as file:
            tables.append((Path(path).stem, list(csv.reader(file))))
    began, cells = time.perf_counter(), 0
    for name, rows in tables:
        book = xlsxwriter.Workbook(f"{out}/{name}.xlsx", {"constant_memory": True})
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if not cell:
                    continue
                cells += 1
                if cell.isdigit() and len(cell) < 12:
                    sheet.write_number(at, column, int(cell))
                else:
                    sheet.write_string(at, column, cell)
        book.close()
    print(json.dumps({"seconds": time.perf_counter() - began, "cells": cells}))


def count_cells(folder):
    """Filled cells of all sheets."""
    import re
    import zipfile

    cells = 0
    for path in glob.glob(f"{folder}/*.xlsx"):
        with zipfile.ZipFile(path) as book:
            for name in book.namelist():
                if name.startswith("xl/worksheets/sheet"):
                    text = book.read(name)
                    cells += len(re.findall(rb"<c [^>]*[^/]>", text))
    print(json.dumps(cells))


def network(path):
    import numpy

    numbers = numpy.fromfile(path, dtype="<i8")
    people, devices, edges = (int(number) for number in numbers[:3])
    costs = numbers[3:3 + people]
    prices = numbers[3 + people:3 + people + devices]
    usage = numbers[3 + people + devices:].reshape(edges, 2)
    return people, devices, edges, costs, prices, usage


def flow_ortools(path):
    import numpy
    from ortools.graph.python import max_flow

    people, devices, edges, costs, prices, usage = network(path)
    began = time.perf_counter()
    flow = max_flow.SimpleMaxFlow()
    source, sink = people + devices, people + devices + 1
    tails = numpy.concatenate([numpy.full(people, source), usage[:, 0],
                               numpy.arange(people, people + devices)])
    heads = numpy.concatenate([numpy.arange(people), usage[:, 1] + people,
                               numpy.full(devices, sink)])
    infinite = int(costs.sum()) + 1
    capacities = numpy.concatenate([costs, numpy.full(edges, infinite), prices])
    flow.add_arcs_with_capacity(tails, heads, capacities)
    built = time.perf_counter()
    status = flow.solve(source, sink)
    solved = time.perf_counter()
    assert status == flow.OPTIMAL
    # What is not cut off is paid either way: the flow is the cost.
    print(json.dumps({"build": built - began, "solve": solved - built,
                      "cents": flow.optimal_flow(), "edges": edges}))


def flow_highs(path):
    import numpy
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import coo_matrix

    people, devices, edges, costs, prices, usage = network(path)
    # x of a person: has a user licence; of a device: is licensed.
    rows = numpy.arange(edges)
    matrix = coo_matrix(
        (numpy.ones(2 * edges), (numpy.concatenate([rows, rows]),
                                 numpy.concatenate([usage[:, 0], usage[:, 1] + people]))),
        shape=(edges, people + devices))
    began = time.perf_counter()
    found = milp(numpy.concatenate([costs, prices]).astype(float),
                 constraints=LinearConstraint(matrix.tocsr(), lb=1),
                 bounds=Bounds(0, 1), integrality=numpy.ones(people + devices),
                 options={"mip_rel_gap": 0})
    print(json.dumps({"solve": time.perf_counter() - began, "cents": round(found.fun)}))


def whole(folder, out):
    import polars as pl
    import xlsxwriter

    Path(out).mkdir(parents=True, exist_ok=True)
    users = (pl.scan_csv(f"{folder}/*/users.csv", infer_schema=False, include_file_paths="path")
             .with_columns(pl.col("path").str.split("/").list.get(-2).alias("tenant")).drop("path"))
    users = users.join(polars_tiers(folder), on=["tenant", "user_id"], how="left").collect()
    for (tenant,), frame in users.group_by("tenant"):
        book = xlsxwriter.Workbook(f"{out}/{tenant}.xlsx", {"constant_memory": True})
        sheet = book.add_worksheet()
        for column, name in enumerate(frame.columns):
            sheet.write_string(0, column, name)
        for at, row in enumerate(frame.iter_rows(), 1):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(at, column, cell)
        book.close()


def versions():
    from importlib.metadata import version

    names = ["duckdb", "polars", "pandas", "openpyxl", "python-calamine", "XlsxWriter",
             "ortools", "scipy"]
    print(", ".join(f"{name} {version(name)}" for name in names))


TASKS = {
    "classify-duckdb": classify_duckdb,
    "classify-polars": classify_polars,
    "agree": agree,
    "read-calamine": read_calamine,
    "read-pandas-calamine": lambda book: read_pandas(book, "calamine"),
    "read-pandas-openpyxl": lambda book: read_pandas(book, "openpyxl"),
    "write-xlsxwriter": write_xlsxwriter,
    "count-cells": count_cells,
    "flow-ortools": flow_ortools,
    "flow-highs": flow_highs,
    "whole-polars-xlsxwriter": whole,
    "versions": versions,
}

if __name__ == "__main__":
    TASKS[sys.argv[1]](*sys.argv[2:])
