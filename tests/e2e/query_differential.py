#!/usr/bin/env python3
"""Compares plowline's tables with plain SQLite tables of the same rows.

usage: query_differential.py PLOWLINE [SEED [QUERIES]]

Every table of `plowline query` is read once and written into a database of Python's sqlite3. Random queries, with joins
that walk edges, look nodes up, and use indexes that are made on the way, must then give the same rows from both: what
the virtual tables narrow beforehand may never lose or add a row.
"""
import json
import pathlib
import random
import sqlite3
import subprocess
import sys
import time

SHOP = pathlib.Path(__file__).resolve().parents[2] / "samples" / "snowplow_shop"
PLOWLINE = str(pathlib.Path(sys.argv[1]).resolve())
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else 1
QUERIES = int(sys.argv[3]) if len(sys.argv) > 3 else 150
AFFINITY = {"TEXT": "TEXT", "JSON": "TEXT", "INTEGER": "INTEGER", "REAL": "REAL", "ANY": ""}
OPERATORS = ["=", "=", "<", "<=", ">", ">=", "<>", "is", "like", "glob", "in"]
VALUES = ["'model'", "1", "null", "'%a%'", "x'00'", "-1", "2.5", "9e999", "'2'", "(select max(unique_id) from nodes)",
          "'model.snowplow_shop.orders'", "'model.snowplow_shop.stg_orders'", "json('[]')"]


def plowline(sql, seconds):
    return subprocess.run([PLOWLINE, "query", "--state", "production", "--timeout", str(seconds), "--limit-rows", "0",
                           "--format", "json", "-"], input=sql, cwd=SHOP, capture_output=True, encoding="utf-8")


def rows_of(ran):
    document = json.loads(ran.stdout)
    return [tuple(row[name] for name in document["columns"]) for row in document["rows"]]


def read_tables():
    """name -> {column: type}; findings are the linter's, and another matter."""
    ran = subprocess.run([PLOWLINE, "query", "--tables", "--format", "json"], capture_output=True, check=True)
    tables = {}
    for table in json.loads(ran.stdout)["tables"]:
        if table["name"] != "findings":
            tables[table["name"]] = {column["name"]: column["type"] for column in table["columns"]}
    return tables


def copy_into(database, tables):
    database.execute("attach ':memory:' as state")
    for schema in ("main", "state"):
        for table, columns in tables.items():
            names = ", ".join(f'"{name}"' for name in columns)
            ran = plowline(f"select {names} from {schema}.{table}", 30)
            if ran.returncode != 0:
                sys.exit(f"{schema}.{table}: {ran.stderr}")
            declared = ", ".join(f'"{name}" {AFFINITY[kind]}' for name, kind in columns.items())
            database.execute(f'create table {schema}."{table}" ({declared})')
            marks = ", ".join("?" * len(columns))
            database.executemany(f'insert into {schema}."{table}" values ({marks})', rows_of(ran))


def random_query(tables):
    def column(place):
        return f'{place[0]}."{random.choice(list(tables[place[1]]))}"'

    def condition(places):
        operator = random.choice(OPERATORS)
        right = column(random.choice(places)) if random.random() < 0.5 else random.choice(VALUES)
        if operator == "in":
            right = "(" + ", ".join(random.choice(VALUES) for _ in range(3)) + ")"
        return f"{column(random.choice(places))} {operator} {right}"

    places = [(name, random.choice(list(tables))) for name in "abc"[: random.randint(1, 3)]]
    schema = [random.choice(["main", "main", "state"]) for _ in places]
    wanted = ", ".join(column(random.choice(places)) for _ in range(random.randint(1, 3)))
    sql = f"select {random.choice(['', 'distinct '])}{wanted} from {schema[0]}.{places[0][1]} a"
    for number in range(1, len(places)):
        kind = random.choice(["join", "left join"])
        sql += f" {kind} {schema[number]}.{places[number][1]} {places[number][0]} on {condition(places[: number + 1])}"
    if random.random() < 0.7:
        sql += " where " + random.choice([" and ", " or "]).join(condition(places) for _ in range(random.randint(1, 3)))
        if random.random() < 0.3:
            sql += (f" and exists (select 1 from edges e where e.child = {column(places[0])}"
                    f" and e.depth {random.choice(OPERATORS[:7])} {random.choice(VALUES)})")
    return sql


def expected_rows(database, sql):
    """None where SQLite itself gives an error or takes too long."""
    deadline = time.monotonic() + 5
    database.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
    try:
        rows = database.execute(sql).fetchall()
    except sqlite3.Error:
        return None
    return [tuple(value.hex() if isinstance(value, bytes) else value for value in row) for row in rows]


def main():
    random.seed(SEED)
    tables = read_tables()
    database = sqlite3.connect(":memory:")
    copy_into(database, tables)
    compared = 0
    for _ in range(QUERIES):
        sql = random_query(tables)
        ran = plowline(sql, 3)
        if ran.returncode not in (0, 2):
            sys.exit(f"status {ran.returncode}: {sql}\n{ran.stderr}")
        expected = expected_rows(database, sql) if ran.returncode == 0 else None
        if expected is None:
            continue
        if sorted(map(repr, rows_of(ran))) != sorted(map(repr, expected)):
            sys.exit(f"seed {SEED}: {len(rows_of(ran))} rows, and SQLite gives {len(expected)}: {sql}")
        compared += 1
    if compared < QUERIES // 2:
        sys.exit(f"only {compared} of {QUERIES} queries could be compared")
    print(f"{compared} queries give the same rows")


if __name__ == "__main__":
    main()
