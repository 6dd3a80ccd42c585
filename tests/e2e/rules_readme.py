#!/usr/bin/env python3
"""Compares (or rewrites) the committed files that are made from the rules: rules/README.md, rules/SUBJECT/README.md,
schemas/plowline.schema.json.

usage: rules_readme.py --check|--write PLOWLINE
"""
import difflib
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
MADE = {
    "rules/README.md": ["rules", "--format", "markdown"],
    "schemas/plowline.schema.json": ["rules", "--schema"],
}


def made(plowline):
    """File -> the arguments that print it."""
    rules = json.loads(subprocess.run([plowline, "rules", "--format", "json"], check=True, capture_output=True).stdout)
    subjects = sorted({rule["subject"] for rule in rules["rules"]})
    pages = {f"rules/{subject}/README.md": ["rules", "--subject", subject, "--format", "markdown"]
             for subject in subjects}
    return MADE | pages


def main():
    mode, plowline = sys.argv[1], sys.argv[2]
    stale = []
    for name, arguments in made(plowline).items():
        file = ROOT / name
        now = subprocess.run([plowline, *arguments], check=True, capture_output=True, text=True).stdout
        old = file.read_text(encoding="utf-8") if file.exists() else ""
        if mode == "--write":
            if now != old:
                file.write_text(now, encoding="utf-8")
        elif now != old:
            stale.append(name)
            sys.stdout.writelines(list(difflib.unified_diff(old.splitlines(True), now.splitlines(True), name,
                                                            "plowline " + " ".join(arguments)))[:60])
    if stale:
        sys.exit(f"{' and '.join(stale)}: not what the rules say now: run 'make rules-readme'")


if __name__ == "__main__":
    main()
