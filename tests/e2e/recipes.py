#!/usr/bin/env python3
"""Checks the files that README.md offers to copy: its blocks fenced with ```yaml.

usage: recipes.py PLOWLINE [README]

Each block is read as YAML. Hooks must be those of .pre-commit-hooks.yaml. Every script is read by bash (-n), and of every
plowline command in it the subcommand and the flags must be ones that `plowline SUBCOMMAND --help` knows.
"""
import pathlib
import re
import shlex
import subprocess
import sys

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```yaml\n(.*?)^```$", re.M | re.S)


def check_hooks(config):
    known = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    used = {hook["id"]: hook.get("args", []) for repo in config["repos"] for hook in repo["hooks"]}
    assert set(used) == known, f"hooks {sorted(used)}, but .pre-commit-hooks.yaml has {sorted(known)}"
    entries = {hook["id"]: hook["entry"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    return [shlex.join(shlex.split(entries[name]) + args) for name, args in used.items()]


def scripts_of(recipe):
    """The shell scripts of a pre-commit configuration, a GitHub workflow or a GitLab pipeline."""
    if "repos" in recipe:
        return check_hooks(recipe)
    if "jobs" in recipe:
        # YAML 1.1 takes the key `on` for a boolean; GitHub does not.
        assert True in recipe or "on" in recipe, "a workflow needs `on`"
        steps = [step for job in recipe["jobs"].values() for step in job["steps"]]
        for step in steps:
            assert ("run" in step) != ("uses" in step), f"a step is `run` or `uses`: {step}"
        return [step["run"] for step in steps if "run" in step]
    jobs = [job for job in recipe.values() if isinstance(job, dict) and "script" in job]
    assert jobs, "neither hooks nor a workflow nor a pipeline"
    return [line for job in jobs for line in job["script"] + job.get("after_script", [])]


def check_plowline(plowline, command):
    words = command.split()
    ran = subprocess.run([plowline, words[1], "--help"], capture_output=True, text=True)
    assert ran.returncode == 0, f"{command}: {ran.stderr}"
    for word in words[2:]:
        flag = word.split("=")[0]
        if flag.startswith("--"):
            assert re.search(rf"(^|[\s,]){re.escape(flag)}\s", ran.stdout), f"{command}: no flag {flag}"


def main():
    plowline = sys.argv[1]
    readme = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "README.md"
    recipes = [yaml.safe_load(block) for block in FENCE.findall(readme.read_text(encoding="utf-8"))]
    commands = 0
    for recipe in recipes:
        for script in scripts_of(recipe):
            ran = subprocess.run(["bash", "-n", "-c", script], capture_output=True, text=True)
            assert ran.returncode == 0, ran.stderr
            for command in re.findall(r"^plowline .*", script, re.M):
                check_plowline(plowline, command)
                commands += 1
    assert len(recipes) >= 3 and commands >= 5, f"{len(recipes)} recipes with {commands} commands: some are gone"
    print(f"{len(recipes)} recipes of README.md with {commands} plowline commands hold")


if __name__ == "__main__":
    main()
