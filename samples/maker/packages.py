"""A dbt project and its installed packages as they lie on disk."""
from types import SimpleNamespace

from maker import jinja_scan, yaml_subset


class Package:
    """One package's files. `left_out` and `without_lines` make an earlier state of it (see descriptions.py)."""

    def __init__(self, root, left_out=(), without_lines=None):
        self.root, self.left_out, self.without_lines = root, set(left_out), without_lines or {}
        self.project = self.yaml("dbt_project.yml")
        self.name = self.project["name"]

    def text(self, path):
        """A file's text as dbt keeps it: without blanks at its ends."""
        text = (self.root / path).read_bytes().decode("utf-8")
        for line in self.without_lines.get(path, ()):
            if line not in text:
                raise ValueError(f"{path} has no line {line!r}")
            text = text.replace(line + "\n", "")
        return text.strip()

    def yaml(self, path):
        return yaml_subset.load(self.text(path), f"{self.root / path}")

    def files(self, folder, ending):
        """Paths below one of the package's folders, sorted, relative to the package."""
        found = sorted(path.relative_to(self.root).as_posix() for path in (self.root / folder).rglob(f"*{ending}"))
        return [path for path in found if path not in self.left_out]

    def property_files(self):
        return [path for folder in ("models", "seeds", "tests", "macros") for path in self.files(folder, ".yml")]

    def macro_files(self):
        return self.files("macros", ".sql") + self.files("tests/generic", ".sql")


class Variables:
    """var() and target, seen from one package: its own defaults, then the root project's settings."""

    def __init__(self, packages, target, macro_values):
        self.packages, self.root, self.target, self.macro_values = packages, packages[0], target, macro_values

    def names_for(self, package):
        """The names that an expression in that package's files can use."""
        scopes = [package.project.get("vars") or {}, self.root.project.get("vars") or {}]
        values = {key: value for scope in scopes for key, value in scope.items() if not isinstance(value, dict)}
        for scope in scopes:
            values.update(scope.get(package.name) or {})
        names = {
            "var": lambda name, default=None: values.get(name, default),
            "target": SimpleNamespace(**self.target),
        }
        for macro, value in self.macro_values.items():
            owner, name = macro.split(".")
            setattr(names.setdefault(owner, SimpleNamespace()), name, lambda *_, value=value, **__: value)
        return names

    def render(self, value, package):
        """A setting's value: an expression in double braces is evaluated, anything else stays as it is."""
        if isinstance(value, str) and value.startswith("{{") and value.endswith("}}"):
            return jinja_scan.evaluate(value[2:-2].strip(), self.names_for(package))[0][0]
        return value


def folder_settings(section, fqn):
    """(key, value) of every +key that dbt_project.yml gives for this fqn, from the outer folder to the inner one."""
    level = section or {}
    for part in [None, *fqn]:
        level = level if part is None else level.get(part)
        if not isinstance(level, dict):
            return
        yield from ((key[1:], value) for key, value in level.items() if key.startswith("+"))
