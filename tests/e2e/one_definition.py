#!/usr/bin/env python3
"""Finds types of namespace plowline that two files define under one name.

Neither compiler nor linker says a word about that: where both end up in one program, one of the two silently serves for
the other. Types in unnamed namespaces and within other types are not concerned.
"""
import collections
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNNAMED = re.compile(r"^namespace \{.*?^\}  // namespace$", re.M | re.S)
TYPE = re.compile(r"^(?:struct|class|enum class) (\w+)\b(?!::)[^;{()]*\{", re.M)


def main():
    places = collections.defaultdict(list)
    for folder in ("analyzer", "rules"):
        for file in sorted((ROOT / folder).rglob("*")):
            if file.suffix not in (".h", ".cc"):
                continue
            for name in TYPE.findall(UNNAMED.sub("", file.read_text(encoding="utf-8"))):
                places[name].append(file.relative_to(ROOT))
    twice = {name: files for name, files in places.items() if len(files) > 1}
    for name, files in sorted(twice.items()):
        print(f"{name} is defined in {' and in '.join(map(str, files))}", file=sys.stderr)
    sys.exit(1 if twice or len(places) < 100 else 0)


if __name__ == "__main__":
    main()
