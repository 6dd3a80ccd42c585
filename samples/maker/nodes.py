"""The records of a manifest of dbt 1.11 (schema v12), with every key that dbt writes, in dbt's order."""
from maker import rules

DOCS = {"show": True, "node_color": None}
CONTRACT = {"enforced": False, "alias_types": True}


def shared_config():
    return {
        "enabled": True, "alias": None, "schema": None, "database": None, "tags": [], "meta": {}, "group": None,
        "static_analysis": None,
    }


def node_config(materialized):
    return {
        **shared_config(), "materialized": materialized, "incremental_strategy": None, "batch_size": None,
        "lookback": 1, "begin": None, "persist_docs": {}, "post-hook": [], "pre-hook": [], "quoting": {},
        "column_types": {}, "full_refresh": None, "unique_key": None, "on_schema_change": "ignore",
        "on_configuration_change": "apply", "grants": {}, "packages": [], "docs": dict(DOCS),
        "contract": dict(CONTRACT), "event_time": None,
        "concurrent_batches": None,
    }


def config_for(resource_type):
    if resource_type == "model":
        return {**node_config("view"), "access": "protected", "freshness": None}
    if resource_type == "seed":
        return {**node_config("seed"), "delimiter": ",", "quote_columns": None}
    if resource_type == "test":
        return {
            **shared_config(), "schema": "dbt_test__audit", "materialized": "test", "severity": "ERROR",
            "store_failures": None, "store_failures_as": None, "where": None, "limit": None, "fail_calc": "count(*)",
            "warn_if": "!= 0", "error_if": "!= 0",
        }
    return node_config("view")  # an operation


def node(resource_type, name, package, path, file, unique_id, fqn, config, checksum, target):
    """What all of models, seeds, tests and operations have. The caller fills in the rest."""
    schema = rules.schema_name(target["schema"], config["schema"])
    return {
        "database": target["database"], "schema": schema, "name": name, "resource_type": resource_type,
        "package_name": package, "path": path, "original_file_path": file, "unique_id": unique_id, "fqn": fqn,
        "alias": config["alias"] or name, "checksum": checksum, "config": config, "tags": list(config["tags"]),
        "description": "", "columns": {}, "meta": dict(config["meta"]), "group": config["group"], "docs": dict(DOCS),
        "patch_path": None, "build_path": None, "unrendered_config": {}, "created_at": 0.0, "relation_name": None,
        "raw_code": "", "doc_blocks": [],
    }


def code_part():
    return {
        "language": "sql", "refs": [], "sources": [], "metrics": [], "functions": [],
        "depends_on": {"macros": [], "nodes": []}, "compiled_path": None, "contract": {**CONTRACT, "checksum": None},
    }


def model_part(config):
    return {
        "access": config["access"], "constraints": [], "version": None, "latest_version": None,
        "deprecation_date": None, "primary_key": [], "time_spine": None,
    }


def column(name, description, doc_blocks, data_type, tags):
    return {
        "name": name, "description": description, "meta": {}, "data_type": data_type, "constraints": [], "quote": None,
        "config": {"meta": {}, "tags": list(tags)}, "tags": list(tags), "granularity": None, "doc_blocks": doc_blocks,
    }


def macro(package, path, name, text, depends_on):
    return {
        "name": name, "resource_type": "macro", "package_name": package, "path": path, "original_file_path": path,
        "unique_id": f"macro.{package}.{name}", "macro_sql": text, "depends_on": {"macros": depends_on},
        "description": "", "meta": {}, "docs": dict(DOCS), "config": {"meta": {}, "docs": dict(DOCS)},
        "patch_path": None, "arguments": [], "created_at": 0.0, "supported_languages": None,
    }


def doc(package, path, file, name, text):
    return {
        "name": name, "resource_type": "doc", "package_name": package, "path": path, "original_file_path": file,
        "unique_id": f"doc.{package}.{name}", "block_contents": text,
    }


def source(package, file, group, table, fqn, schema, identifier, description, columns, target):
    freshness = (group.get("config") or {}).get("freshness") or {}
    freshness = {
        key: freshness.get(key) or {"count": None, "period": None} for key in ("warn_after", "error_after")
    } | {"filter": None}
    loaded_at = group.get("loaded_at_field")
    declared = {"freshness": freshness} if (group.get("config") or {}).get("freshness") else {}
    return {
        "database": target["database"], "schema": schema, "name": table["name"], "resource_type": "source",
        "package_name": package, "path": file, "original_file_path": file,
        "unique_id": f"source.{package}.{group['name']}.{table['name']}", "fqn": fqn, "source_name": group["name"],
        "source_description": group.get("description", ""), "loader": group.get("loader", ""),
        "identifier": identifier, "quoting": {"database": None, "schema": None, "identifier": None, "column": None},
        "loaded_at_field": loaded_at, "loaded_at_query": None, "freshness": freshness, "external": None,
        "description": description, "columns": columns, "meta": {}, "source_meta": {}, "tags": [],
        "config": {
            "enabled": True, "event_time": None, "freshness": freshness, "loaded_at_field": loaded_at,
            "loaded_at_query": None, "meta": {}, "tags": [], "static_analysis": None,
        },
        "patch_path": None,
        "unrendered_config": {
            **declared, "loaded_at_field": loaded_at, "loaded_at_query": None, "meta": {}, "tags": [],
        },
        "relation_name": rules.quoted(target["database"], schema, identifier), "created_at": 0.0,
        "unrendered_database": None, "unrendered_schema": group["schema"], "doc_blocks": [],
    }


def exposure(package, path, file, entry, fqn, refs, parents):
    return {
        "name": entry["name"], "resource_type": "exposure", "package_name": package, "path": path,
        "original_file_path": file, "unique_id": f"exposure.{package}.{entry['name']}", "fqn": fqn,
        "type": entry["type"],
        "owner": {"email": entry["owner"].get("email"), "name": entry["owner"].get("name")},
        "description": entry.get("description", ""), "label": entry.get("label"), "maturity": entry.get("maturity"),
        "meta": {}, "tags": [], "config": {"enabled": True, "tags": [], "meta": {}}, "unrendered_config": {},
        "url": entry.get("url"), "depends_on": {"macros": [], "nodes": parents}, "refs": refs, "sources": [],
        "metrics": [], "created_at": 0.0,
    }


def group(package, path, file, entry):
    return {
        "name": entry["name"], "resource_type": "group", "package_name": package, "path": path,
        "original_file_path": file, "unique_id": f"group.{package}.{entry['name']}",
        "owner": {"email": entry["owner"].get("email"), "name": entry["owner"].get("name")}, "description": None,
        "config": {"meta": {}},
    }


def unit_test(package, path, file, entry, fqn, model):
    def rows(part):
        return {"rows": part["rows"], "format": "dict", "fixture": None}

    record = {
        "model": entry["model"], "given": [{"input": part["input"], **rows(part)} for part in entry["given"]],
        "expect": rows(entry["expect"]), "name": entry["name"], "resource_type": "unit_test",
        "package_name": package, "path": path, "original_file_path": file,
        "unique_id": f"unit_test.{package}.{entry['model']}.{entry['name']}", "fqn": fqn,
        "description": entry.get("description", ""), "overrides": None,
        "depends_on": {"macros": [], "nodes": [model["unique_id"]]},
        "config": {"tags": [], "meta": {}, "enabled": True, "static_analysis": None}, "checksum": None,
        "schema": model["schema"], "created_at": 0.0, "versions": None, "version": None,
    }
    record["checksum"] = rules.unit_test_checksum(record)
    return record


def generic_test_part(column_name, key, attached, metadata):
    return {
        "column_name": column_name, "file_key_name": key, "attached_node": attached,
        "test_metadata": {"name": metadata["name"], "kwargs": metadata["kwargs"], "namespace": None},
    }


def ref(name):
    return {"name": name, "package": None, "version": None}
