"""Makes what a backfill leaves behind: the console text of its runs, and rows of the incremental manifests."""
from datetime import datetime, timedelta

from maker.results import order_of_run

WIDTH = 80
STATES = {
    1: "No data in manifest. Processing data from start_date",
    4: "Standard incremental run",
}


def windows(backfill):
    """(state, lower, upper, last event) of each run: events come at the times given, one window after the other."""
    start, limit = parsed(backfill["start"]), timedelta(days=backfill["limit_days"])
    now, lookback = parsed(backfill["now"]), timedelta(hours=6)
    found = [(1, start, min(start + limit, now), parsed(backfill["last_events"][0]))]
    for last in backfill["last_events"][1:]:
        before = found[-1][3]
        found.append((4, before - lookback, min(before + limit, now), parsed(last)))
    return found


def console(manifest, variant, number):
    """What dbt prints in run `number` of the variant's backfill, from 1, without colours."""
    backfill = variant["backfill"]
    state, lower, upper, _ = windows(backfill)[number - 1]
    clock = parsed(backfill["now"]) - timedelta(minutes=4 * (len(backfill["last_events"]) - number))
    lines = []

    def say(text, seconds=0):
        nonlocal clock
        clock += timedelta(seconds=seconds)
        lines.append(f"{clock:%H:%M:%S}  {text}".rstrip() if text else f"{clock:%H:%M:%S}  ")

    keys = order_of_run(manifest, variant["run"])
    models = [key for key in keys if key.startswith("model.")]
    starts = [key for key in keys if "-on-run-start-" in key]
    ends = [key for key in keys if "-on-run-end-" in key]
    say("Running with dbt=1.11.14")
    say("Registered adapter: postgres=1.10.0", 1)
    say(found_line(manifest), 2)
    say("")
    say(f"Concurrency: 4 threads (target='{variant['target']['name']}')")
    say("")
    hooks(say, starts, "on-run-start")
    say("")
    for index, key in enumerate(models, 1):
        node = manifest["nodes"][key]
        what = f"sql {node['config']['materialized']} model {node['schema']}.{node['alias']}"
        say(justified(f"{index} of {len(models)} START {what}", "[RUN]"), 1)
        if node["name"].endswith("_base_new_event_limits"):
            say(f"{clock:%H:%M:%S} + Snowplow: {STATES[state]}")
            package = node["package_name"]
            say(f"{clock:%H:%M:%S} + Snowplow: Processing data between '{lower:%Y-%m-%d %H:%M:%S}' and "
                f"'{upper:%Y-%m-%d %H:%M:%S}' ({package})")
        say(justified(f"{index} of {len(models)} OK created {what}", "[SELECT 100 in 1.00s]"), 1)
    say("")
    hooks(say, ends, "on-run-end")
    say("")
    say(f"Finished running {len(models)} models, {len(starts) + len(ends)} project hooks in 0 hours 0 minutes and "
        f"{2 * len(models)}.00 seconds ({2 * len(models)}.00s).")
    say("")
    say("Completed successfully")
    say("")
    total = len(models) + len(starts) + len(ends)
    say(f"Done. PASS={total} WARN=0 ERROR=0 SKIP=0 NO-OP=0 TOTAL={total}")
    return "\n".join(lines) + "\n"


def hooks(say, keys, moment):
    for index, key in enumerate(keys):
        name = f"hook: {key.split('.')[1]}.{moment}.{index}"
        say(justified(f"{index + 1} of {len(keys)} START {name}", "[RUN]"))
        say(justified(f"{index + 1} of {len(keys)} OK {name}", "[OK in 0.01s]"))


def justified(text, end):
    return f"{text} ".ljust(WIDTH, ".") + f" {end}"


def found_line(manifest):
    kinds = [node["resource_type"] for node in manifest["nodes"].values()]
    counts = ((kinds.count("model"), "models"), (kinds.count("test"), "data tests"), (kinds.count("seed"), "seeds"),
              (kinds.count("operation"), "operations"), (len(manifest["sources"]), "sources"),
              (len(manifest["macros"]), "macros"))
    return "Found " + ", ".join(f"{count} {word}" for count, word in counts if count)


def rows(models, last_success):
    return "model,last_success\n" + "".join(f"{model},{last_success}\n" for model in sorted(models))


def tagged(manifest, tag):
    return [node["name"] for node in manifest["nodes"].values() if tag in node["tags"]]


def parsed(text):
    return datetime.fromisoformat(text)
