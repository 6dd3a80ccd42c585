#!/usr/bin/env python3
"""The work of a pre-commit hook as Python tools do it: load the manifest, look at the models of the given files, and
say which have no description. For comparison with `plowline lint` in the benchmark.

usage: check_descriptions.py MANIFEST FILE...
"""
import json
import sys


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        manifest = json.load(file)
    files = set(sys.argv[2:])
    missing = [node["name"] for node in manifest["nodes"].values()
               if node["resource_type"] == "model" and node["original_file_path"] in files and not node["description"]]
    for name in missing:
        print(f"{name}: does not have a description")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
