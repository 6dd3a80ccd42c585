#!/usr/bin/env -S python3 -S -E
"""A dbt for tests: prints the log of a run, as `dbt run --log-format json` does, and remembers what it was asked.

What it does is said by environment variables:

STUB_DBT_HOME     a folder of its own: `calls.jsonl` gets a line per call (its arguments and some of its environment),
                  `signals` a line per signal, `rows.json` is the manifest table, `hangs` exists while it waits.
STUB_DBT_REPLAY   a folder of recordings: call n prints the n-th *.jsonl and ends as truth.json_pass.json has it.
STUB_DBT_MACHINE  a JSON object, for runs that are worked out: start, limit_days, lookback_hours, now, models (counted
                  and built), unbuilt (counted only), gaps ([after, before] pairs without an event), first_event, and
                  writes (the schema of the first model, which is begun and never ends).
STUB_DBT_ACTIONS  a JSON object from call numbers to what goes wrong then: fail, hook, hang, die, text, old, silent,
                  long-line.
"""

import json
import os
import signal
import sys
import time
from datetime import datetime, timedelta

HOME = os.environ["STUB_DBT_HOME"]
PACKAGE = "snowplow_unified"
LIMITS = "model.%s.%s_base_new_event_limits" % (PACKAGE, PACKAGE)
STATES = {
    1: "No data in manifest. Processing data from start_date",
    2: "New Snowplow incremental model. Backfilling",
    3: "Snowplow incremental models out of sync. Syncing",
    4: "Standard incremental run",
}


def at_home(name):
    return os.path.join(HOME, name)


def append(name, text):
    with open(at_home(name), "a") as file:
        file.write(text + "\n")


def note_call():
    """Returns the number of this call, from 1."""
    seen = {name: os.environ[name] for name in ("DBT_LOG_LEVEL", "DBT_QUIET", "DBT_TARGET") if name in os.environ}
    append("calls.jsonl", json.dumps({"argv": sys.argv[1:], "environment": seen}))
    with open(at_home("calls.jsonl")) as file:
        return sum(1 for _ in file)


class Log:
    """Prints events with a clock that starts at the run's own time."""

    def __init__(self, now):
        self.time = now - timedelta(seconds=2)

    def say(self, name, message, level="info", node=None, relation=""):
        self.time += timedelta(milliseconds=50)
        data = {"msg": message}
        if node:
            data["node_info"] = {"unique_id": node, "node_relation": {"relation_name": relation}}
        info = {"category": "", "code": "", "extra": {}, "invocation_id": "stub-%d" % os.getpid(), "level": level,
                "msg": message, "name": name, "pid": os.getpid(), "thread": "MainThread",
                "ts": self.time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
        sys.stdout.write(json.dumps({"data": data, "info": info}) + "\n")
        sys.stdout.flush()


def moment(text):
    return datetime.fromisoformat(text)


def latest_event(machine, lower, upper):
    """Events come every ten minutes, but for the gaps."""
    first = moment(machine.get("first_event", machine["start"]))
    now = moment(machine["now"])
    upper = min(upper, now)
    if upper < first:
        return None
    event = first + (upper - first) // timedelta(minutes=10) * timedelta(minutes=10)
    for after, before in machine.get("gaps", []):
        if moment(after) < event < moment(before):
            event = moment(after)
    return event if event >= max(lower, first) else None


def limits(machine, rows):
    start, now = moment(machine["start"]), moment(machine["now"])
    limit = timedelta(days=machine["limit_days"])
    lookback = timedelta(hours=machine.get("lookback_hours", 6))
    counted = machine["models"] + machine.get("unbuilt", [])
    found = [moment(rows[name]) for name in counted if name in rows]
    if not found:
        return 1, start, min(start + limit, now)
    if len(found) != len(counted):
        return 2, start, min(max(found), start + limit)
    if min(found) != max(found):
        return 3, min(found) - lookback, min(max(found), min(found) + limit)
    return 4, min(found) - lookback, min(min(found) + limit, now)


def note_signals():
    def end(number, _frame):
        append("signals", signal.Signals(number).name)
        sys.exit(1)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)


def wait_for_signal():
    note_signals()
    append("hangs", "")
    while True:
        time.sleep(0.05)


def worked_out(machine, action):
    rows = {}
    if os.path.exists(at_home("rows.json")):
        with open(at_home("rows.json")) as file:
            rows = json.load(file)
    log = Log(moment(machine["now"]))
    log.say("MainReportVersion", "Running with dbt=1.11.14")
    log.say("ConcurrencyLine", "Concurrency: 4 threads (target='staging')")
    state, lower, upper = limits(machine, rows)
    log.say("LogStartLine", "1 of 9 START sql table model staging_scratch.limits  [RUN]", node=LIMITS)
    log.say("JinjaLogInfo", "02:34:00 + Snowplow: " + STATES[state], node=LIMITS)
    log.say("JinjaLogInfo", "02:34:00 + Snowplow: Processing data between '%s' and '%s' (%s)"
            % (lower.isoformat(" ", "seconds"), upper.isoformat(" ", "seconds"), PACKAGE), node=LIMITS)
    log.say("LogModelResult", "1 of 9 OK created sql table model staging_scratch.limits  [SELECT 1 in 0.1s]", node=LIMITS)
    if action == "hang":
        wait_for_signal()
    if action == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if action == "long-line":
        log.say("JinjaLogInfo", "x" * 10_000_000, node="model.snowplow_shop.my_new_model")
    if "writes" in machine:
        note_signals()  # the line itself may bring one
        log.say("LogStartLine", "2 of 9 START sql incremental model %s.my_new_model  [RUN]" % machine["writes"],
                node="model.snowplow_shop.my_new_model", relation='"shop"."%s"."my_new_model"' % machine["writes"])
        wait_for_signal()
    event = latest_event(machine, lower, upper)
    if event is None:
        log.say("JinjaLogWarning", "Snowplow Warning: No data in \"shop\".\"scratch\".\"%s_base_events_this_run\" for date "
                "range from variables %s - %s" % (PACKAGE, lower, upper), node=LIMITS)
    for number, name in enumerate(machine["models"], 2):
        node = "model.snowplow_shop." + name
        log.say("LogStartLine", "%d of 9 START sql incremental model staging_derived.%s  [RUN]" % (number, name), node=node)
        if action == "fail" and name == machine["models"][-1]:
            log.say("LogModelResult", "%d of 9 ERROR creating sql incremental model staging_derived.%s  [ERROR in 0.1s]"
                    % (number, name), "error", node)
            return failed(log, name)
        log.say("LogModelResult", "%d of 9 OK created sql incremental model staging_derived.%s  [INSERT 0 7 in 0.1s]"
                % (number, name), node=node)
    if action == "hook":
        return hook_failed(log)
    hook = "operation.%s.%s-on-run-end-0" % (PACKAGE, PACKAGE)
    log.say("LogHookStartLine", "1 of 1 START hook: %s.on-run-end.0 .... [RUN]" % PACKAGE, node=hook)
    if event is not None:
        for name in machine["models"]:
            rows[name] = max(rows.get(name, ""), event.isoformat())
        with open(at_home("rows.json"), "w") as file:
            json.dump(rows, file)
    log.say("LogHookEndLine", "1 of 1 OK hook: %s.on-run-end.0 .... [OK in 0.03s]" % PACKAGE, node=hook)
    log.say("EndOfRunSummary", "Completed successfully")
    log.say("StatsLine", "Done. PASS=9 WARN=0 ERROR=0 SKIP=0 NO-OP=0 TOTAL=9")
    return 0


def failed(log, name):
    log.say("EndOfRunSummary", "Completed with 1 error, 0 partial successes, and 0 warnings:")
    log.say("RunResultFailure", "Failure in model %s (models/%s.sql)" % (name, name), "error")
    log.say("RunResultError", "  Database Error in model %s (models/%s.sql)\n  division by zero" % (name, name), "error")
    log.say("StatsLine", "Done. PASS=8 WARN=0 ERROR=1 SKIP=0 NO-OP=0 TOTAL=9")
    return 1


def hook_failed(log):
    log.say("EndOfRunSummary", "Exited because of keyboard interrupt")
    log.say("StatsLine", "Done. PASS=9 WARN=0 ERROR=0 SKIP=0 NO-OP=0 TOTAL=9")
    log.say("FinishedRunningStats", "Finished running 4 incremental models in 0 hours 0 minutes and 3.32 seconds (3.32s).")
    log.say("MainEncounteredError", "Encountered an error:\nCompilation Error in operation "
            "snowplow_media_player-on-run-end-0 (./dbt_project.yml)\n  No enabled models identified.", "error")
    return 2


def replayed(folder, number):
    recordings = sorted(name for name in os.listdir(folder) if name.endswith(".jsonl"))
    with open(os.path.join(folder, recordings[number - 1]), "rb") as file:
        sys.stdout.buffer.write(file.read())
    with open(os.path.join(folder, "truth.json_pass.json")) as file:
        steps = {step["n"]: step for step in json.load(file)}
    return steps[recordings[number - 1].split("_")[0]]["exit"]


def main():
    number = note_call()
    action = json.loads(os.environ.get("STUB_DBT_ACTIONS", "{}")).get(str(number), "")
    if action == "old":
        sys.stderr.write("usage: dbt [-h] ...\ndbt: error: unrecognized arguments: --log-format json\n")
        return 2
    if action == "silent":
        return 0
    if action == "text":
        print("02:33:38  Running with dbt=1.11.14\n02:33:59  Found 22 models\n"
              "02:34:03  Done. PASS=16 WARN=0 ERROR=0 SKIP=0 TOTAL=16")
        return 0
    if "STUB_DBT_REPLAY" in os.environ:
        return replayed(os.environ["STUB_DBT_REPLAY"], number)
    return worked_out(json.loads(os.environ["STUB_DBT_MACHINE"]), action)


if __name__ == "__main__":
    sys.exit(main())
