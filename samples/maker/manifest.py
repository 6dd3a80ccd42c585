"""Makes the manifest of a project: what dbt parse would write."""
import re
from pathlib import PurePosixPath

from maker import jinja_scan, nodes, rules
from maker.packages import Variables, folder_settings

SHORTCUT_TESTS = ("unique", "not_null")  # dbt does not render these, so they call no get_where_subquery
MATERIALIZED_SECTIONS = {"model": "models", "operation": "models", "seed": "seeds", "test": "data_tests"}


class ManifestMaker:
    """One run of `make` over the packages (the root project first) gives one manifest."""

    def __init__(self, packages, variant, internal_macros, macro_values):
        self.packages, self.root, self.target = packages, packages[0], variant["target"]
        self.variant, self.internal_macros = variant, internal_macros
        self.variables = Variables(packages, self.target, macro_values)
        self.nodes, self.disabled, self.macros, self.docs = {}, {}, {}, {}
        self.sources, self.exposures, self.groups, self.unit_tests = {}, {}, {}, {}
        self.parameters = {}  # of each macro, by unique_id

    def make(self):
        self.add_macros()
        for package in self.packages:
            self.add_docs(package)
        self.docs["doc.dbt.__overview__"] = nodes.doc("dbt", "overview.md", "docs/overview.md", "__overview__", "")
        for package in self.packages:
            self.add_files(package, "model", "models", ".sql")
            self.add_files(package, "test", "tests", ".sql")
            self.add_files(package, "seed", "seeds", ".csv")
            self.add_hooks(package)
        for package in self.packages:
            for file in package.property_files():
                self.patch_nodes(package, file, package.yaml(file))
        self.resolve_refs()
        for package in self.packages:
            for file in package.property_files():
                self.add_declared(package, file, package.yaml(file))
        for record in self.nodes.values():
            if record["resource_type"] == "model":
                record["primary_key"] = rules.primary_key(self.tests_of(record["unique_id"]))
        self.number_creation_times()
        return self.document()

    # ---- macros and docs

    def add_macros(self):
        texts = []
        for package in self.packages:
            for file in package.macro_files():
                for name, parameters, text in jinja_scan.macros(package.text(file)):
                    texts.append((package.name, file, name, parameters, text))
        for name, (file, text) in self.internal_macros.items():
            texts.append(("dbt", file, name, [], text))
        for package, file, name, parameters, text in texts:
            self.parameters[f"macro.{package}.{name}"] = parameters
        for package, file, name, parameters, text in texts:
            body = text.split("%}", 1)[1]
            record = nodes.macro(package, file, name, text, self.macros_called(package, jinja_scan.calls(body)))
            self.macros[record["unique_id"]] = record

    def find_macro(self, package, call):
        """The unique_id of the macro that a call in that package's file means; None where it is no macro."""
        for owner in [call.namespace] if call.namespace else [package, self.root.name, "dbt"]:
            if f"macro.{owner}.{call.name}" in self.parameters:
                return f"macro.{owner}.{call.name}"
        return None

    def macros_called(self, package, calls):
        return list(dict.fromkeys(filter(None, (self.find_macro(package, call) for call in calls))))

    def add_docs(self, package):
        for file in package.files("models", ".md"):
            for name, text in re.findall(r"{% docs (\w+) %}(.*?){% enddocs %}", package.text(file), re.DOTALL):
                path = str(PurePosixPath(file).relative_to("models"))
                self.docs[f"doc.{package.name}.{name}"] = nodes.doc(package.name, path, file, name, text.strip())

    def described(self, package, entry):
        """(description, doc_blocks): a description may be one doc() call."""
        text = entry.get("description", "")
        match = re.fullmatch(r"""{{ doc\(["'](\w+)["']\) }}""", text)
        if not match:
            return text, []
        block = self.docs[f"doc.{package.name}.{match.group(1)}"]
        return block["block_contents"], [block["unique_id"]]

    # ---- nodes from files and hooks

    def add_files(self, package, resource_type, folder, ending):
        for file in package.files(folder, ending):
            path = PurePosixPath(file).relative_to(folder)
            if resource_type == "test" and path.parts[0] == "generic":
                continue
            fqn = [package.name, *path.parts[:-1], path.stem]
            text = package.text(file)
            calls = jinja_scan.calls(text) if ending == ".sql" else []
            record = self.new_node(package, resource_type, path.stem, str(path), file, fqn, calls, rules.checksum(text))
            if resource_type == "seed":
                record["root_path"] = self.root_path(package)
                record["depends_on"] = {"macros": []}
            else:
                self.add_code(package, record, text, calls)
            if resource_type == "model":
                record.update(nodes.model_part(record["config"]))
            self.add_node(record)

    def add_hooks(self, package):
        checksum = rules.checksum(package.text("dbt_project.yml"))
        for moment in ("on-run-start", "on-run-end"):
            for index, code in enumerate(package.project.get(moment) or []):
                name = f"{package.name}-{moment}-{index}"
                fqn = [package.name, "hooks", name]
                record = self.new_node(
                    package, "operation", name, f"hooks/{name}.sql", "./dbt_project.yml", fqn, [], checksum
                )
                record["tags"], record["relation_name"] = [moment], None
                self.add_code(package, record, code, jinja_scan.calls(code))
                record["index"] = index
                self.add_node(record)

    def new_node(self, package, resource_type, name, path, file, fqn, calls, checksum):
        config, unrendered = self.configure(package, resource_type, fqn, calls, self.patch_config(package, name))
        unique_id = f"{resource_type}.{package.name}.{name}"
        record = nodes.node(
            resource_type, name, package.name, path, file, unique_id, fqn, config, checksum, self.target
        )
        record["unrendered_config"] = unrendered
        if resource_type in ("model", "seed"):
            record["relation_name"] = rules.quoted(record["database"], record["schema"], record["alias"])
        return record

    def patch_config(self, package, name):
        for file in package.property_files():
            for entry in package.yaml(file).get("models") or []:
                if entry["name"] == name:
                    return entry.get("config") or {}
        return {}

    def configure(self, package, resource_type, fqn, calls, patch):
        """Config and unrendered config: own dbt_project.yml, properties, config(), then the root project's settings."""
        config, unrendered = nodes.config_for(resource_type), {}
        section = MATERIALIZED_SECTIONS[resource_type]
        layers = [list(folder_settings(package.project.get(section), fqn)), list(patch.items())]
        for call in calls:
            if call.name == "config" and not call.namespace:
                layers.append(list(jinja_scan.evaluate(call.arguments, self.variables.names_for(package))[1].items()))
        if package is not self.root:
            layers.append(list(folder_settings(self.root.project.get(section), fqn)))
        for key, raw in (pair for layer in layers for pair in layer):
            key = key.replace("post_hook", "post-hook").replace("pre_hook", "pre-hook")
            value = raw if key.endswith("-hook") else self.variables.render(raw, package)
            unrendered[key] = {**unrendered.get(key, {}), **raw} if key == "meta" else raw
            set_config(config, key, value)
        return config, unrendered

    def add_code(self, package, record, text, calls):
        record.update(nodes.code_part())
        record["raw_code"] = text
        for call in calls:
            if call.name == "ref" and not call.namespace:
                record["refs"].append(nodes.ref(jinja_scan.literal_arguments(call.arguments)[0][0]))
            elif call.name == "source" and not call.namespace:
                record["sources"].append(jinja_scan.literal_arguments(call.arguments)[0])
            else:
                record["refs"].extend(map(nodes.ref, self.refs_inside(self.find_macro(package.name, call), call)))
        record["depends_on"]["macros"] = self.macros_called(package.name, calls)

    def refs_inside(self, macro, call):
        """The models that a macro refs, with the call's arguments in place of the macro's parameters."""
        if macro is None or macro not in self.macros:
            return
        values, named = jinja_scan.literal_arguments(call.arguments)
        names = {**dict(zip(self.parameters[macro], values)), **named}
        for inner in jinja_scan.calls(self.macros[macro]["macro_sql"].split("%}", 1)[1]):
            if inner.name == "ref" and not inner.namespace:
                yield jinja_scan.evaluate(inner.arguments, names)[0][0]

    def add_node(self, record):
        if record["config"]["enabled"]:
            self.nodes[record["unique_id"]] = record
        else:
            self.disabled.setdefault(record["unique_id"], []).append(record)

    def root_path(self, package):
        return self.variant["project_dir"] + ("" if package is self.root else f"/dbt_packages/{package.name}")

    # ---- properties

    def patch_nodes(self, package, file, properties):
        for section, kind in (("models", "model"), ("seeds", "seed")):
            for entry in properties.get(section) or []:
                unique_id = f"{kind}.{package.name}.{entry['name']}"
                record = self.nodes.get(unique_id) or self.disabled[unique_id][0]
                record["description"], record["doc_blocks"] = self.described(package, entry)
                record["patch_path"] = f"{package.name}://{file}"
                record["columns"] = self.columns(package, entry)
                if record["config"]["contract"]["enforced"]:
                    record["contract"]["enforced"] = True
                    record["contract"]["checksum"] = rules.contract_checksum(record["columns"])
        for entry in properties.get("macros") or []:
            record = self.macros[f"macro.{package.name}.{entry['name']}"]
            record["description"], record["patch_path"] = entry.get("description", ""), f"{package.name}://{file}"
            record["arguments"] = [
                {"name": item["name"], "type": item.get("type"), "description": item.get("description", "")}
                for item in entry.get("arguments") or []
            ]

    def columns(self, package, entry):
        result = {}
        for item in entry.get("columns") or []:
            description, blocks = self.described(package, item)
            result[item["name"]] = nodes.column(
                item["name"], description, blocks, item.get("data_type"), item.get("tags") or []
            )
        return result

    def resolve_refs(self):
        names = {record["name"]: key for key, record in self.nodes.items() if key.split(".")[0] in ("model", "seed")}
        for package in self.packages:
            for file in package.property_files():
                for group in package.yaml(file).get("sources") or []:
                    self.add_sources(package, file, group)
        sources = {(item["source_name"], item["name"]): key for key, item in self.sources.items()}
        self.names = names
        for record in self.nodes.values():
            if "refs" in record:
                parents = [names[item["name"]] for item in record["refs"]]
                parents += [sources[tuple(item)] for item in record["sources"]]
                record["depends_on"]["nodes"] = list(dict.fromkeys(parents))

    def add_sources(self, package, file, group):
        for table in group["tables"]:
            fqn = [package.name, *PurePosixPath(file).parent.parts[1:], group["name"], table["name"]]
            record = nodes.source(
                package.name, file, group, table, fqn, self.variables.render(group["schema"], package),
                self.variables.render(table.get("identifier") or table["name"], package),
                table.get("description", ""), self.columns(package, table), self.target,
            )
            self.sources[record["unique_id"]] = record

    def add_declared(self, package, file, properties):
        """What only a property file declares: generic tests, exposures, groups, unit tests."""
        path = PurePosixPath(file)
        inner = str(path.relative_to(path.parts[0]))
        folder = [package.name, *path.parent.parts[1:]]
        for key, kind in (("models", "model"), ("seeds", "seed")):
            for entry in properties.get(key) or []:
                unique_id = f"{kind}.{package.name}.{entry['name']}"
                if unique_id in self.nodes:
                    self.add_generic_tests(package, file, folder, key, entry, unique_id)
        for group in properties.get("sources") or []:
            for table in group["tables"]:
                unique_id = f"source.{package.name}.{group['name']}.{table['name']}"
                self.add_generic_tests(package, file, folder, "sources", {**table, "group": group["name"]}, unique_id)
        for entry in properties.get("groups") or []:
            record = nodes.group(package.name, inner, file, entry)
            self.groups[record["unique_id"]] = record
        for entry in properties.get("exposures") or []:
            models = [re.fullmatch(r"ref\('(\w+)'\)", item).group(1) for item in entry["depends_on"]]
            record = nodes.exposure(
                package.name, inner, file, entry, [*folder, entry["name"]], [nodes.ref(name) for name in models],
                [self.names[name] for name in models],
            )
            self.exposures[record["unique_id"]] = record
        for entry in properties.get("unit_tests") or []:
            model = self.nodes[f"model.{package.name}.{entry['model']}"]
            record = nodes.unit_test(package.name, inner, file, entry, [*folder, entry["model"], entry["name"]], model)
            self.unit_tests[record["unique_id"]] = record

    def add_generic_tests(self, package, file, folder, key, entry, unique_id):
        for item in entry.get("columns") or []:
            for test in item.get("data_tests") or []:
                name, settings = (test, {}) if isinstance(test, str) else next(iter(test.items()))
                self.add_generic_test(
                    package, file, folder, key, entry, unique_id, item, name, settings.get("arguments") or {}
                )

    def add_generic_test(self, package, file, folder, key, entry, unique_id, column, test, arguments):
        source = entry.get("group")
        target = f"{source}_{entry['name']}" if source else entry["name"]
        call = f"source('{source}', '{entry['name']}')" if source else f"ref('{entry['name']}')"
        arguments = {"column_name": column["name"], **arguments}
        name, alias = rules.generic_test_names(("source_" if source else "") + test, target, arguments)
        metadata = {
            "namespace": None, "name": test,
            "kwargs": {**arguments, "model": f"{{{{ get_where_subquery({call}) }}}}"},
        }
        config = nodes.config_for("test")
        config["alias"] = alias if alias != name else None
        record = nodes.node(
            "test", name, package.name, f"{alias}.sql", file,
            f"test.{package.name}.{name}.{rules.generic_test_hash(name, metadata)}", [*folder, name], config,
            {"name": "none", "checksum": ""}, self.target,
        )
        record.update(nodes.code_part())
        record["tags"] = sorted(column.get("tags") or [])
        record["group"] = self.nodes[unique_id]["group"] if unique_id in self.nodes else None
        record["unrendered_config"] = {"alias": alias} if alias != name else {}
        suffix = f'{{{{ config(alias="{alias}") }}}}' if alias != name else ""
        record["raw_code"] = f"{{{{ test_{test}(**_dbt_generic_test_kwargs) }}}}" + suffix
        others = [name for value in arguments.values() for name in re.findall(r"^ref\('(\w+)'\)$", str(value))]
        record["refs"] = [nodes.ref(name) for name in [*others, *([] if source else [entry["name"]])]]
        record["sources"] = [[source, entry["name"]]] if source else []
        record["depends_on"]["nodes"] = [*(self.names[name] for name in others), unique_id]
        record["depends_on"]["macros"] = [self.find_macro(package.name, jinja_scan.Call("", f"test_{test}", ""))]
        if test not in SHORTCUT_TESTS:
            record["depends_on"]["macros"].append("macro.dbt.get_where_subquery")
        key_name = f"{key}.{source or entry['name']}"
        record.update(nodes.generic_test_part(column["name"], key_name, None if source else unique_id, metadata))
        self.nodes[record["unique_id"]] = record

    def tests_of(self, unique_id):
        return [record for record in self.nodes.values() if record.get("attached_node") == unique_id]

    # ---- the whole

    def number_creation_times(self):
        records = [*self.macros.values(), *self.nodes.values(), *self.sources.values(), *self.exposures.values()]
        records += [*self.unit_tests.values(), *(item for items in self.disabled.values() for item in items)]
        for number, record in enumerate(records):
            record["created_at"] = round(self.variant["created_at"] + number / 1000, 3)

    def document(self):
        in_graph = {**self.nodes, **self.sources, **self.exposures, **self.unit_tests}
        parents = {key: sorted(item.get("depends_on", {}).get("nodes", [])) for key, item in in_graph.items()}
        children = {key: [] for key in in_graph}
        for key, found in parents.items():
            for parent in found:
                children[parent].append(key)
        grouped = {item["name"]: [] for item in self.groups.values()}
        for key, item in in_graph.items():
            if item.get("group"):
                grouped[item["group"]].append(key)
        selectors = self.root.yaml("selectors.yml")["selectors"] if (self.root.root / "selectors.yml").exists() else []
        return {
            "metadata": {
                "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
                "dbt_version": "1.11.14", "generated_at": self.variant["manifest_at"],
                "invocation_id": self.variant["invocation_id"],
                "invocation_started_at": self.variant["manifest_at"].replace("Z", "+00:00"), "env": {},
                "project_name": self.root.name, "project_id": rules.md5(self.root.name), "user_id": None,
                "send_anonymous_usage_stats": False, "adapter_type": "postgres",
                "quoting": {"database": True, "schema": True, "identifier": True, "column": None},
                "run_started_at": self.variant["manifest_at"].replace("Z", "+00:00"),
            },
            "nodes": self.nodes, "sources": self.sources, "macros": self.macros, "docs": self.docs,
            "exposures": self.exposures, "metrics": {}, "groups": self.groups,
            "selectors": {item["name"]: item for item in selectors}, "disabled": self.disabled,
            "parent_map": parents, "child_map": {key: sorted(found) for key, found in children.items()},
            "group_map": grouped, "saved_queries": {}, "semantic_models": {}, "unit_tests": self.unit_tests,
            "functions": {},
        }


def set_config(config, key, value):
    """How dbt adds a setting to what is there: tags and hooks are appended, meta is merged, the rest is replaced."""
    if key == "tags":
        config["tags"] += [value] if isinstance(value, str) else value
    elif key == "meta":
        config["meta"] = {**config["meta"], **value}
    elif key.endswith("-hook"):
        hooks = [value] if isinstance(value, str) else value
        config[key] += [{"sql": sql, "transaction": True, "index": None} for sql in hooks]
    elif key == "contract":
        config["contract"] = {**config["contract"], **value}
    else:
        config[key] = value
