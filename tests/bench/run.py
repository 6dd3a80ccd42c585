#!/usr/bin/env python3
"""Measures plowline on a manifest of about 170 MB and on one of about 4 MB, and prints ratios beside the goals.

usage: run.py --build FOLDER [--rounds N] [--json] [--manifest FILE]

FOLDER is a release build with PLOWLINE_BENCH=ON. The manifests are made once and kept in FOLDER/bench_data. In each
round every program runs once, in turn, so that whatever else the machine does hits all of them; the figures are medians
over the rounds, the ratios medians of the rounds' ratios. Timings are never a test: the exit status is 0 whether a goal
is reached or not.
"""
import argparse
import json
import multiprocessing
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
REAL = SHARED / "corpus" / "large" / "ol" / "target" / "manifest.json"
SCALE = SHARED / "tools" / "scale_manifest.py"
HOOK = pathlib.Path(__file__).resolve().parent / "check_descriptions.py"
BROWSER = ROOT / "tests" / "browser" / "run.mjs"
SAMPLES = ROOT / "samples" / "make_samples.py"
BIG_BYTES = 165_000_000
SMALL_BYTES = 4_000_000

# name, what is divided, by what, the goal. `ls` lists one model with all upstream of it, `ls of everything` the whole
# project: what works on the whole project is held against that.
GOALS = (
    ("load / floor", "load", "floor", "<=", 1.5),
    ("json.load / plowline command", "json.load", "command", ">=", 12.0),
    ("peak memory of plowline command / file", "command peak", "file", "<=", 2.0),
    ("4 MB: plowline command / python3 -c pass", "small command", "python pass", "<", 1.0),
    ("plowline ls / plowline command", "ls", "command", "<=", 1.15),
    ("ls state:modified of two manifests / load", "ls state", "load", "<=", 2.2),
    ("lint, every rule / plowline ls of everything", "lint", "ls all", "<=", 2.5),
    ("lint, every rule, one changed file / plowline ls", "lint one file", "ls", "<=", 1.2),
    ("check_descriptions.py / lint one file", "python hook", "lint one file", ">=", 1.0),
    ("query over nodes and edges / plowline ls", "query graph", "ls", "<=", 3.0),
    ("query over all configs / ls of everything", "query configs", "ls all", "<=", 3.0),
    ("1,000 selectors: median / 1 ms", "selectors: median", "1 ms", "<", 1.0),
    ("report --format json / plowline ls", "report json", "ls", "<=", 1.3),
    ("report --format markdown / plowline ls", "report markdown", "ls", "<=", 1.3),
    ("report --format html / plowline ls", "report html", "ls", "<=", 1.3),
    ("2,000 nodes in the browser: open / 3 s", "browser: open", "3 s", "<", 1.0),
)

# What an SQL query may ask: the graph alone, and a part of every node's record.
QUERIES = {
    "graph": "select n.package_name, c.resource_type, count(*) from nodes n join edges e on e.parent = n.unique_id "
             "and e.depth = 1 join nodes c on c.unique_id = e.child group by 1, 2",
    "configs": "select key, value, count(*) from configs group by 1, 2 having count(*) > 10",
}


# --- the manifests ---------------------------------------------------------------------------------------------------

def make_from_sample(target, size):
    """As many copies of the sample as give `size` bytes."""
    copies = 50
    while True:
        subprocess.run([sys.executable, SAMPLES, "--copies", str(copies), target], check=True,
                       stdout=subprocess.DEVNULL)
        made = target.stat().st_size
        if made > 0.9 * size:
            return
        copies = max(copies + 1, int(copies * size / made) + 1)


def make_small_from_real(source, target, size):
    """A share of everything in a real manifest, with the edges among the nodes that are kept."""
    with open(source, encoding="utf-8") as file:
        whole = json.load(file)
    share = 1.1 * size / source.stat().st_size
    text = " " * (2 * size)
    while len(text) > 1.1 * size:
        part = {key: dict(list(value.items())[: max(1, int(len(value) * share))])
                if isinstance(value, dict) and key != "metadata" else value for key, value in whole.items()}
        kept = {unique_id for key in ("nodes", "sources") for unique_id in part[key]}
        for key in ("nodes", "exposures", "metrics"):
            for unique_id, node in part.get(key, {}).items():
                parents = [parent for parent in node["depends_on"].get("nodes", []) if parent in kept]
                part[key][unique_id] = {**node, "depends_on": {**node["depends_on"], "nodes": parents}}
        text = json.dumps(part, separators=(",", ":"))
        share *= 0.85
    target.write_text(text, encoding="utf-8")


def apart(function, *arguments):
    """function(*arguments) in a process of its own: a child's peak memory counts its parent's at the start."""
    with multiprocessing.Pool(1) as pool:
        return pool.apply(function, arguments)


def make_manifests(folder):
    folder.mkdir(parents=True, exist_ok=True)
    big, small = folder / "big.json", folder / "small.json"
    if not big.exists():
        part = folder / "big.part"
        if REAL.exists():
            subprocess.run([sys.executable, SCALE, REAL, part, "9"], check=True)
        else:
            make_from_sample(part, BIG_BYTES)
        part.rename(big)
    if not small.exists():
        part = folder / "small.part"
        if REAL.exists():
            apart(make_small_from_real, REAL, part, SMALL_BYTES)
        else:
            make_from_sample(part, SMALL_BYTES)
        part.rename(small)
    earlier = folder / "state" / "manifest.json"
    if not earlier.exists():
        earlier.parent.mkdir(exist_ok=True)
        apart(make_earlier, big, earlier.with_suffix(".part"))
        earlier.with_suffix(".part").rename(earlier)
    return big, small


def make_earlier(big, target):
    """The same project before a change: every hundredth node had other code, every thousandth was not there."""
    with open(big, encoding="utf-8") as file:
        data = json.load(file)
    for number, unique_id in enumerate(list(data["nodes"])):
        if number % 1000 == 0 and unique_id.startswith("test."):
            del data["nodes"][unique_id]
        elif number % 100 == 0:
            data["nodes"][unique_id]["raw_code"] = "select 'before'"
    target.write_text(json.dumps(data, separators=(",", ":")), encoding="utf-8")


def deepest_model(manifest):
    """The model with the longest lineage: its name and its file; and the number of nodes."""
    with open(manifest, encoding="utf-8") as file:
        data = json.load(file)
    parents = {unique_id: node.get("depends_on", {}).get("nodes", []) for unique_id, node in data["nodes"].items()}
    depth = {}
    for start in parents:
        stack = [start]
        while stack:
            one = stack[-1]
            missing = [parent for parent in parents.get(one, ()) if parent not in depth]
            if missing:
                stack.extend(missing)
            else:
                depth[one] = 1 + max((depth[parent] for parent in parents.get(one, ())), default=0)
                stack.pop()
    models = [unique_id for unique_id in data["nodes"] if unique_id.startswith("model.")]
    deepest = max(models, key=lambda unique_id: (depth[unique_id], unique_id))
    node = data["nodes"][deepest]
    return node["name"], node["original_file_path"], len(data["nodes"]) + len(data.get("sources", {}))


# --- measuring -------------------------------------------------------------------------------------------------------

def run(argv):
    """Seconds, bytes of peak memory and the standard output of one process."""
    reading, writing = os.pipe()
    silent = os.open(os.devnull, os.O_RDWR)
    start = time.perf_counter()
    child = os.posix_spawn(argv[0], argv, os.environ, file_actions=[
        (os.POSIX_SPAWN_DUP2, silent, 0), (os.POSIX_SPAWN_DUP2, writing, 1), (os.POSIX_SPAWN_DUP2, silent, 2)])
    os.close(writing)
    os.close(silent)
    chunks = []
    while chunk := os.read(reading, 1 << 20):
        chunks.append(chunk)
    os.close(reading)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    output = b"".join(chunks)
    code = os.waitstatus_to_exitcode(status)
    if code not in (0, 1):  # 1: plowline has warnings under --strict
        sys.exit(f"{' '.join(argv)}: exit status {code}")
    return seconds, usage.ru_maxrss * 1024, output


def programs(build, big, small):
    """name -> argv; a program that is not there is left out and said."""
    floor, load, selectors, plowline = (str(build / path) for path in
                                        ("tests/bench/bench_floor", "tests/bench/bench_load",
                                         "tests/bench/bench_selectors", "plowline"))
    python, jq = sys.executable, shutil.which("jq")
    read = "import json,sys; json.load(open(sys.argv[1]))"
    found = {
        "floor": [floor, str(big)],
        "load": [load, str(big)],
        "selectors": [selectors, str(big)],
        "json.load": [python, "-c", read, str(big)],
        "python pass": [python, "-c", "pass"],
    }
    if jq:
        found["jq length"] = [jq, "length", str(big)]
    if os.path.exists(plowline):
        for name, manifest in (("command", big), ("small command", small)):
            model, path, nodes = apart(deepest_model, manifest)
            print(f"{manifest.name}: {manifest.stat().st_size / 1e6:.0f} MB, {nodes} nodes, +{model}", file=sys.stderr)
            found[name] = [plowline, "command", "+" + model, "--manifest", str(manifest)]
            if manifest == big:
                found["ls"] = [plowline, "ls", "+" + model, "--manifest", str(manifest)]
                found["ls all"] = [plowline, "ls", "--manifest", str(manifest)]
                for kind, sql in QUERIES.items():
                    found[f"query {kind}"] = [plowline, "query", sql, "--manifest", str(manifest)]
                for form in ("json", "markdown", "html"):
                    found[f"report {form}"] = [plowline, "report", "+" + model, "--manifest", str(manifest), "--format", form]
                found["ls state"] = [plowline, "ls", "--select", "state:modified", "--manifest", str(manifest),
                                     "--state", str(build / "bench_data" / "state")]
                every_rule = build / "bench_data" / "plowline.yml"
                every_rule.write_text("presets: [all]\n", encoding="utf-8")
                found["lint"] = [plowline, "lint", "--manifest", str(manifest), "--config", str(every_rule),
                                 "--format", "concise"]
                found["lint one file"] = [*found["lint"], path]
                found["python hook"] = [python, str(HOOK), str(manifest), path]
    for name in ("jq length", "command", "small command", "ls", "ls state", "lint"):
        if name not in found:
            print(f"not there, left out: {name}", file=sys.stderr)
    return found


def measure(commands, rounds):
    """name -> one figure per round. Floor and load report the steps inside their process themselves."""
    figures = {}

    def note(name, value):
        figures.setdefault(name, []).append(value)

    for number in range(rounds + 1):  # the first warms up
        for name, argv in commands.items():
            seconds, peak, output = run(argv)
            if number == 0:
                continue
            if name in ("floor", "load", "selectors"):
                steps = json.loads(output)
                for step, value in steps.items():
                    if isinstance(value, float):
                        note(name if step == "whole" else f"{name}: {step}", value)
            else:
                note(name, seconds)
            note("1 ms", 0.001)
            note(f"{name} peak", peak)
    return figures


def measure_browser(build):
    """What the report of 2,000 nodes takes in Chromium; nothing where that is not there."""
    node = shutil.which("node")
    if not node:
        print("not there, left out: browser (Node.js)", file=sys.stderr)
        return {}
    done = subprocess.run([node, str(BROWSER), "--plowline", str(build / "plowline"), "--work", str(build / "browser"),
                           "--script", "open_time.mjs"], stdout=subprocess.PIPE, text=True)
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            figures = {f"browser: {name}": values for name, values in json.loads(line).items()}
            return {**figures, "3 s": [3.0] * len(figures["browser: open"])}
    print("not there, left out: browser", done.stdout, file=sys.stderr)
    return {}


# --- printing --------------------------------------------------------------------------------------------------------

def ratio(figures, above, below):
    if above not in figures or below not in figures:
        return None
    return statistics.median(a / b for a, b in zip(figures[above], figures[below]))


def goals(figures):
    reached = {"<=": lambda a, b: a <= b, ">=": lambda a, b: a >= b, "<": lambda a, b: a < b}
    for name, above, below, relation, goal in GOALS:
        value = ratio(figures, above, below)
        yield {"name": name, "value": value, "goal": f"{relation} {goal:g}",
               "reached": value is not None and reached[relation](value, goal)}


def print_table(figures, size):
    print(f"{'':32}{'median':>10}{'/ floor':>10}{'peak / file':>13}")
    for name, values in figures.items():
        if name.endswith(" peak") or name in ("file", "1 ms", "3 s"):
            continue
        big = name not in ("python pass", "small command") and not name.startswith("browser")
        peak = figures.get(name + " peak")
        row = f"{'  ' + name if ':' in name else name:32}{statistics.median(values) * 1000:>7.3g} ms"
        row += f"{ratio(figures, name, 'floor'):>10.2f}" if big else " " * 10
        row += f"{statistics.median(peak) / size:>13.2f}" if big and peak else ""
        print(row)
    print()
    for goal in goals(figures):
        value = "not measured" if goal["value"] is None else f"{goal['value']:.2f}"
        print(f"{goal['name']:44}{value:>12}   goal {goal['goal']:<8}{'reached' if goal['reached'] else 'NOT reached'}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--json", action="store_true", help="print every figure of every round as JSON")
    parser.add_argument("--manifest", type=pathlib.Path, help="measure on this file instead of the big one")
    options = parser.parse_args()
    build = options.build.resolve()
    big, small = make_manifests(build / "bench_data")
    big = options.manifest or big
    figures = measure(programs(build, big, small), max(1, options.rounds))
    figures |= measure_browser(build)
    size = big.stat().st_size
    figures["file"] = [size] * max(1, options.rounds)
    if options.json:
        print(json.dumps({"figures": figures, "goals": list(goals(figures))}, indent=1))
    else:
        print_table(figures, size)


if __name__ == "__main__":
    main()
