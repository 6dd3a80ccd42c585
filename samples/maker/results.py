"""Makes what dbt writes besides the manifest: catalog.json, run_results.json, sources.json."""
import json
import re
from datetime import datetime, timedelta

from maker import jinja_scan

FLAGS_ON = (
    "introspect", "partial_parse", "partial_parse_file_diff", "populate_cache", "print",
    "require_explicit_package_overrides_for_builtin_materializations", "require_generic_test_arguments_property",
    "require_resource_names_without_spaces", "source_freshness_run_project_hooks", "static_parser", "use_colors",
    "use_colors_file", "version_check", "write_json",
)
FLAGS_OFF = (
    "cache_selected_only", "defer", "empty", "export_saved_queries", "favor_state", "include_saved_query",
    "macro_debugging", "quiet", "require_all_warnings_handled_by_warn_error",
    "require_batched_execution_for_custom_microbatch_strategy", "require_nested_cumulative_type_params",
    "require_ref_searches_node_package_before_root", "require_unique_project_resource_names",
    "require_yaml_configuration_for_mf_time_spines", "send_anonymous_usage_stats", "show", "show_all_deprecations",
    "show_resource_report", "skip_nodes_if_on_run_start_fails", "state_modified_compare_more_unrendered_values",
    "state_modified_compare_vars", "strict_mode", "upload_to_artifacts_ingest_api", "use_fast_test_edges",
    "validate_macro_args",
)
SCHEMAS = "https://schemas.getdbt.com/dbt/"


def metadata(kind, variant, at):
    return {
        "dbt_schema_version": f"{SCHEMAS}{kind}.json", "dbt_version": "1.11.14", "generated_at": at,
        "invocation_id": variant["invocation_id"], "invocation_started_at": at, "env": {},
    }


# ---- catalog.json


def catalog(manifest, variant, columns, types, type_of_column):
    """Every relation of the project, with the columns that its SQL selects."""
    found = {}

    def columns_of(key):
        if key not in found:
            found[key] = read_columns(key)
        return found[key]

    def read_columns(key):
        item = manifest["sources"].get(key) or manifest["nodes"][key]
        given = columns.get(key) or columns.get(item["name"])
        if given:
            return given
        if key.startswith("seed."):
            return item["header"]
        selected = jinja_scan.output_columns(item["raw_code"])
        if selected == ["*"]:
            return columns_of(item["depends_on"]["nodes"][0])
        if not selected:
            raise ValueError(f"no columns found for {key}")
        return selected

    def type_of(item, column):
        declared = (item["columns"].get(column) or {}).get("data_type")
        named = type_of_column.get(f"{item['name']}.{column}")
        return declared or named or next(kind for pattern, kind in types if re.fullmatch(pattern, column))

    def relation(key, item):
        view = item["resource_type"] == "model" and item["config"]["materialized"] == "view"
        return {
            "metadata": {
                "type": "VIEW" if view else "BASE TABLE", "schema": item["schema"],
                "name": item.get("identifier") or item["alias"], "database": item["database"], "comment": None,
                "owner": "analyst",
            },
            "columns": {
                name: {"type": type_of(item, name), "index": index, "name": name, "comment": None}
                for index, name in enumerate(columns_of(key), 1)
            },
            "stats": {
                "has_stats": {
                    "id": "has_stats", "label": "Has Stats?", "value": False, "include": False,
                    "description": "Indicates whether there are statistics for this table",
                },
            },
            "unique_id": key,
        }

    built = {key: item for key, item in manifest["nodes"].items() if key.split(".")[0] in ("model", "seed")}
    return {
        "metadata": metadata("catalog/v1", variant, variant["manifest_at"]),
        "nodes": {key: relation(key, item) for key, item in sorted(built.items())},
        "sources": {key: relation(key, item) for key, item in sorted(manifest["sources"].items())},
        "errors": None,
    }


# ---- run_results.json


def run_results(manifest, variant):
    """The invocation that `variant` describes, everything in it a success, one second after the other."""
    run = variant["run"]
    clock = datetime.fromisoformat(run["at"])
    results, hooks = [], {"on-run-start": 0, "on-run-end": 0}
    for number, key in enumerate(order_of_run(manifest, run)):
        started = clock + timedelta(seconds=number)
        results.append(result(manifest, key, started, f"Thread-{number % 4 + 1} (worker)"))
        if key.startswith("operation."):  # dbt numbers hooks over all packages in its messages
            moment = manifest["nodes"][key]["tags"][0]
            results[-1]["message"] = f"{key.split('.')[1]}.{moment}.{hooks[moment]} passed"
            hooks[moment] += 1
    ended = clock + timedelta(seconds=len(results))
    return {
        "metadata": {
            **metadata("run-results/v6", variant, stamp(ended)), "invocation_started_at": stamp(clock),
        },
        "results": results,
        "elapsed_time": float(len(results)),
        "args": arguments(variant, run),
    }


def order_of_run(manifest, run):
    """Start hooks by package name, then what is selected with parents first, then end hooks."""
    hooks = sorted(key for key in manifest["nodes"] if key.startswith("operation."))
    kinds = ("model",) if run["which"] == "run" else ("model", "seed", "test", "unit_test", "exposure")
    wanted = set()
    for word in run["select"]:  # `+name` is all that the samples need
        above = [key for key in manifest["parent_map"] if key.endswith("." + word[1:])]
        while above:
            key = above.pop()
            wanted.add(key)
            above += manifest["parent_map"][key]
    wanted = [
        key for key in manifest["parent_map"] if key.split(".")[0] in kinds and (key in wanted or not run["select"])
    ]
    placed = dict.fromkeys(key for key in hooks if "-on-run-start-" in key)
    while wanted:
        ready = [key for key in wanted if not set(manifest["parent_map"][key]) & set(wanted)]
        placed.update(dict.fromkeys(ready))
        wanted = [key for key in wanted if key not in placed]
    return [*placed, *(key for key in hooks if "-on-run-end-" in key)]


def result(manifest, key, started, thread):
    kind = key.split(".")[0]
    item = manifest["nodes"].get(key, {})
    hook, test = kind == "operation", kind == "test"
    materialized = item.get("config", {}).get("materialized")
    message = {
        "view": "CREATE VIEW", "table": "SELECT 100", "incremental": "INSERT 0 100", "seed": "INSERT 4",
    }.get(materialized, "NO-OP" if kind == "exposure" else None)
    response = {} if hook or kind in ("exposure", "unit_test") else adapter_response("SELECT 1" if test else message)
    return {
        "status": {"test": "pass", "unit_test": "pass", "exposure": "no-op"}.get(kind, "success"),
        "timing": timing(started),
        "thread_id": "main" if hook else thread,
        "execution_time": 0.8,
        "adapter_response": response,
        "message": message,
        "failures": None if kind in ("model", "seed") else 0,
        "unique_id": key,
        "compiled": None if kind in ("seed", "exposure") else True,
        "compiled_code": None,
        "relation_name": item.get("relation_name") if kind == "model" else None,
        "batch_results": None,
    }


def adapter_response(message):
    rows = message.split(" ")[-1]
    return {
        "_message": message, "code": message if message == "CREATE VIEW" else message.split(" ")[0],
        "rows_affected": int(rows) if rows.isdigit() else -1,
    }


def timing(started):
    half = started + timedelta(milliseconds=300)
    return [
        {"name": "compile", "started_at": stamp(started), "completed_at": stamp(half)},
        {"name": "execute", "started_at": stamp(half), "completed_at": stamp(started + timedelta(milliseconds=800))},
    ]


def stamp(moment):
    return moment.isoformat(timespec="microseconds") + "Z"


def arguments(variant, run):
    """Every flag as dbt records it."""
    values = ", ".join(f"{key}: {json.dumps(value)}" for key, value in run["vars"].items())
    command = f"dbt {run['which']} --target {variant['target']['name']}"
    command += f" --select {' '.join(run['select'])}" if run["select"] else ""
    command += f" --vars {{{values}}}" if values else ""
    return {
        **{flag: True for flag in FLAGS_ON}, **{flag: False for flag in FLAGS_OFF},
        "exclude": [], "exclude_resource_types": [], "indirect_selection": "eager", "invocation_command": command,
        "log_file_max_bytes": 10485760, "log_format": "default", "log_format_file": "debug", "log_level": "info",
        "log_level_file": "debug", "log_path": variant["project_dir"] + "/logs", "printer_width": 80,
        "profiles_dir": variant["project_dir"], "project_dir": variant["project_dir"], "resource_types": [],
        "select": run["select"], "sqlparse": {"MAX_GROUPING_DEPTH": None, "MAX_GROUPING_TOKENS": None},
        "target": variant["target"]["name"], "target_path": None, "vars": run["vars"],
        "warn_error_options": {"error": [], "warn": [], "silence": []}, "which": run["which"],
    }


# ---- sources.json


def sources(manifest, variant):
    """dbt source freshness, at the moment of the run, for every source that asks for it."""
    at = datetime.fromisoformat(variant["run"]["at"])
    loaded = datetime.fromisoformat(variant["loaded_at"])
    age = (at - loaded).total_seconds()
    results = []
    for key, item in manifest["sources"].items():
        criteria = item["freshness"]
        if not criteria["warn_after"]["count"]:
            continue
        late = [word for word in ("error", "warn") if age > 3600 * criteria[f"{word}_after"]["count"]]
        results.append({
            "unique_id": key, "max_loaded_at": loaded.isoformat() + "+00:00",
            "snapshotted_at": at.isoformat() + "+00:00", "max_loaded_at_time_ago_in_s": age,
            "status": [*late, "pass"][0], "criteria": criteria,
            "adapter_response": adapter_response("SELECT 1"), "timing": timing(at), "thread_id": "Thread-1 (worker)",
            "execution_time": 0.8,
        })
    return {
        "metadata": metadata("sources/v3", variant, stamp(at + timedelta(seconds=1))),
        "results": results,
        "elapsed_time": 1.0,
    }
