"""dbt's rules for names, checksums and identities (dbt 1.11)."""
import hashlib
import re


def md5(text):
    return hashlib.md5(text.encode("utf-8")).hexdigest()


def sha256(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def checksum(text):
    """Of a file's text without blanks at its ends. The same for models, seeds, singular tests and dbt_project.yml
    (whose checksum the hooks have)."""
    return {"name": "sha256", "checksum": sha256(text.strip())}


def generic_test_names(prefix, target, arguments):
    """(name, alias) of a generic test, from its arguments without `model`. A name of 64 or more characters gets a short
    alias."""
    flat = []
    for key in sorted(arguments):
        value = arguments[key]
        parts = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else [value]
        flat.extend(re.sub("[^0-9a-zA-Z_]+", "_", str(part)) for part in parts)
    name = f"{prefix}_{target}_" + "__".join(flat)
    return (name, f"{prefix}_{target}"[:30] + "_" + md5(name)) if len(name) >= 64 else (name, name)


def generic_test_hash(name, metadata):
    def stable(value):
        if isinstance(value, dict):
            return {key: stable(value[key]) for key in sorted(value)}
        return [stable(item) for item in value] if isinstance(value, list) else str(value)

    return md5(name + repr(stable(metadata)))[-10:]


def unit_test_checksum(test):
    """Over the texts that Python shows for dbt's own classes; `given` and `expect` already hold format and fixture."""

    def rows(part):
        return f"rows={part['rows']!r}, format=<UnitTestFormat.Dict: 'dict'>, fixture=None"

    given = ", ".join(f"UnitTestInputFixture(input={part['input']!r}, {rows(part)})" for part in test["given"])
    return sha256(f"{test['model']}-None-[{given}]-UnitTestOutputFixture({rows(test['expect'])})-None")


def contract_checksum(columns):
    return sha256("".join(f"|{name}{columns[name]['data_type']}[]" for name in sorted(columns)))


def primary_key(tests):
    """Of a model, from its generic tests: columns both unique and not null, else the unique ones."""
    columns = {}
    for test in tests:
        columns.setdefault(test["test_metadata"]["name"], []).append(test["column_name"])
    unique = [column for column in dict.fromkeys(columns.get("unique", [])) if column]
    return [column for column in unique if column in columns.get("not_null", [])] or unique


def schema_name(target_schema, custom):
    return f"{target_schema}_{custom.strip()}" if custom else target_schema


def quoted(*parts):
    return ".".join(f'"{part}"' for part in parts)
