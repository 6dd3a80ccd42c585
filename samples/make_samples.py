#!/usr/bin/env python3
"""Makes the artifacts of the sample projects from their files and from descriptions.py.

usage: make_samples.py               write them
       make_samples.py --check       exit 1 where a committed file differs from what would be written
       make_samples.py --copies N OUT
                                     write a manifest to OUT that holds the root project of snowplow_shop N times

Needs Python 3.9 and nothing else. The same files always give the same bytes.
"""
import json
import re
import sys
from pathlib import Path

sys.dont_write_bytecode = True

import descriptions  # noqa: E402
from maker import backfill, results  # noqa: E402
from maker.manifest import ManifestMaker  # noqa: E402
from maker.packages import Package  # noqa: E402

HERE = Path(__file__).resolve().parent
PREVIOUS, NEXT = "model.snowplow_shop.the_copy_before", "model.snowplow_shop.the_copy_after"


def packages_of(variant):
    project = HERE / variant["project"]
    root = Package(project, variant.get("left_out", ()), variant.get("without_lines"))
    if variant["project"] not in descriptions.PACKAGES_IN:
        return [root]
    folder = HERE / descriptions.PACKAGES_IN[variant["project"]] / "dbt_packages"
    return [root, *(Package(folder / name) for name in descriptions.SHOP_PACKAGES)]


def make_manifest(variant):
    maker = ManifestMaker(packages_of(variant), variant, descriptions.INTERNAL_MACROS, descriptions.MACRO_VALUES)
    return maker.make()


def make_artifacts():
    """The text of every artifact, by its path."""
    texts = {}
    for variant in descriptions.VARIANTS.values():
        folder = HERE / variant["project"] / variant["folder"]
        manifest = make_manifest(variant)
        artifacts = {"manifest": manifest, "catalog": make_catalog(manifest, variant)}
        if "run" in variant:
            artifacts["run_results"] = results.run_results(manifest, variant)
            artifacts["sources"] = results.sources(manifest, variant)
        for name, artifact in artifacts.items():
            texts[folder / f"{name}.json"] = json.dumps(artifact, indent=1, ensure_ascii=False) + "\n"
        texts.update(make_backfill(manifest, variant))
    return texts


def make_backfill(manifest, variant):
    """The logs of the staging runs, and the rows of the manifest tables on both sides."""
    folder = HERE / variant["project"] / "backfill"
    if "last_success" in variant:
        models = backfill.tagged(manifest, "snowplow_unified_incremental")
        return {folder / "production_rows.csv": backfill.rows(models, variant["last_success"])}
    if "backfill" not in variant:
        return {}
    count = len(variant["backfill"]["last_events"])
    last = variant["backfill"]["last_events"][-1].replace("T", " ")
    return {
        folder / "staging_rows.csv": backfill.rows(descriptions.EFFECTIVE_NAMES, last),
        folder / "run_1.log": backfill.console(manifest, variant, 1),
        folder / f"run_{count}.log": backfill.console(manifest, variant, count),
    }


def make_catalog(manifest, variant):
    columns = dict(descriptions.COLUMNS)
    for package in packages_of(variant):
        for file in package.files("seeds", ".csv"):
            columns[f"seed.{package.name}.{Path(file).stem}"] = package.text(file).split("\n")[0].split(",")
    return results.catalog(manifest, variant, columns, descriptions.TYPES, descriptions.TYPE_OF_COLUMN)


def check(texts):
    stale = [path for path, text in texts.items() if not path.exists() or path.read_bytes() != text.encode("utf-8")]
    for path in stale:
        print(f"{path.relative_to(HERE)} is not what make_samples.py writes: run it", file=sys.stderr)
    return 1 if stale else 0


def write_copies(count, out):
    """A big manifest for benchmarks. Copy 7 of the node `x` is `x_7`; each my_new_model reads the one before it."""
    manifest = make_manifest(descriptions.VARIANTS["staging"])
    own = f".{descriptions.SHOP}."
    sections = ("nodes", "sources", "exposures", "unit_tests", "parent_map", "child_map")
    own_part = {name: {k: v for k, v in manifest[name].items() if own in k} for name in sections}
    kept = {name: {k: v for k, v in manifest[name].items() if own not in k} for name in sections}
    newest = f"model.{descriptions.SHOP}.my_new_model"
    own_part["nodes"][newest]["depends_on"]["nodes"].append(PREVIOUS)
    own_part["parent_map"][newest].append(PREVIOUS)
    own_part["child_map"][newest].append(NEXT)
    names = {item["name"] for key in ("nodes", "sources", "exposures", "unit_tests") for item in own_part[key].values()}
    pattern = re.compile("(?<=[^a-z_])(?:" + "|".join(sorted(names, key=len, reverse=True)) + ")(?![a-z_])")
    pieces = {name: cut(json.dumps(own_part[name], separators=(",", ":"))[1:-1], pattern) for name in sections}
    add_children(kept["child_map"], own, count, pattern)
    manifest["group_map"] = {}
    with open(out, "w", encoding="utf-8") as file:
        file.write("{")
        for name in manifest:
            file.write("" if name == "metadata" else ",\n")
            file.write(f'"{name}":')
            if name not in sections:
                json.dump(manifest[name], file, separators=(",", ":"))
                continue
            file.write("{")
            file.write(",\n".join(copy_of(pieces[name], number, count, newest) for number in range(count)))
            rest = json.dumps(kept[name], separators=(",", ":"))[1:-1]
            file.write((",\n" + rest if rest else "") + "}")
        file.write("}\n")


def cut(text, pattern):
    """The text cut behind every name, so that joining the pieces with a suffix renames all of them."""
    ends = [0, *(match.end() for match in pattern.finditer(text)), len(text)]
    return [text[start:end] for start, end in zip(ends, ends[1:])]


def copy_of(pieces, number, count, newest):
    text = f"_{number}".join(pieces)
    before = f'"{newest}_{number - 1}"' if number else ""
    after = f'"{newest}_{number + 1}"' if number + 1 < count else ""
    for mark, name in ((PREVIOUS, before), (NEXT, after)):
        text = text.replace(f',"{mark}"', f",{name}" if name else "").replace(f'"{mark}"', name)
    return text


def add_children(kept, own, count, pattern):
    """The packages' nodes get the copies as children."""
    for key, children in kept.items():
        copied = [child for child in children if own in child]
        kept[key] = [child for child in children if own not in child] + [
            f"_{number}".join(cut(child, pattern)) for number in range(count) for child in copied
        ]


def main(arguments):
    if len(arguments) == 3 and arguments[0] == "--copies" and arguments[1].isdigit() and int(arguments[1]) > 0:
        write_copies(int(arguments[1]), arguments[2])
        return 0
    if arguments not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    texts = make_artifacts()
    if arguments:
        return check(texts)
    for path, text in texts.items():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
