#!/usr/bin/env python3
"""Runs the examples in the rules' documentation: each `example` is found fault with, no `use_instead` is.

An example is executed where its fenced blocks name files, `sql models/orders.sql`; the blocks together are a dbt
project, `before/…` the earlier one, and `plowline.yml` is the configuration.

usage: rule_examples.py PLOWLINE [RULE…]
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from example_project import ExampleProject  # noqa: E402

# The subjects whose rules have an executable example, all of them.
EXECUTED = {"code", "columns", "dag", "documentation", "exposures", "governance", "naming", "performance",
            "properties", "runs", "snapshots", "sources", "tests", "unit-tests"}
BLOCK = re.compile(r"^```(\w+) +(\S+)\n(.*?)^```", re.M | re.S)


def files_of(markdown):
    return {path: text for _, path, text in BLOCK.findall(markdown)}


def findings(plowline, rule, markdown):
    """Messages of that rule's findings in the project of the blocks; a text where it could not be linted."""
    files = files_of(markdown)
    with tempfile.TemporaryDirectory() as folder:
        before = {path.removeprefix("before/"): text for path, text in files.items() if path.startswith("before/")}
        now = {path: text for path, text in files.items() if not path.startswith("before/")}
        command = [plowline, "lint", "--rule", rule, "--format", "json"]
        try:
            if before:
                # What is not written again has not changed.
                same = {path: text for path, text in now.items() if path not in before and not path.startswith("target/")}
                ExampleProject({**same, **before}).write(pathlib.Path(folder) / "earlier")
                command += ["--state", "earlier/target"]
            ExampleProject(now).write(folder)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with an example is its author's to read
            return f"no project can be made of it: {type(error).__name__}: {error}"
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False,
                             env={**os.environ, "DBT_PROFILES_DIR": folder})
        if ran.returncode not in (0, 1):
            return f"exit status {ran.returncode}: {ran.stderr.strip()}"
        report = json.loads(ran.stdout)
        if report.get("skipped"):
            return "skipped: " + "; ".join(skip["reason"] for skip in report["skipped"])
        return [finding["message"] for finding in report["findings"]]


def main():
    plowline, wanted = os.path.abspath(sys.argv[1]), sys.argv[2:]
    listed = subprocess.run([plowline, "rules", "--format", "json"], check=True, capture_output=True, text=True)
    complaints, executed = [], 0
    for rule in json.loads(listed.stdout)["rules"]:
        name = rule["name"]
        if wanted and name not in wanted:
            continue
        if not files_of(rule["example"]) or not files_of(rule["use_instead"]):
            if rule["subject"] in EXECUTED:
                complaints.append(f"{name}: its examples have no blocks that name files")
            continue
        executed += 1
        bad = findings(plowline, name, rule["example"])
        good = findings(plowline, name, rule["use_instead"])
        if isinstance(bad, str) or not bad:
            complaints.append(f"{name}: its example is not found fault with: {bad or 'no finding'}")
        if good:
            complaints.append(f"{name}: what should be used instead is found fault with: {good}")
    print(f"{executed} rules' examples executed")
    if complaints:
        sys.exit("\n".join(complaints))


if __name__ == "__main__":
    main()
