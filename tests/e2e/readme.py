#!/usr/bin/env python3
"""Runs the commands that README.md shows and compares (or rewrites) the output that stands below them.

usage: readme.py --check|--write PLOWLINE [README]

A block is fenced with ```console. A line `$ command` is run by bash in samples/ with PLOWLINE first in PATH; the lines
below it, up to the next `$` or the fence, are what it printed (standard output, then standard error). `cd` holds for
the rest of the README. A command that exits with another status than 0 is followed by a line `(exit status N)`.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
FENCE = re.compile(r"(^```console\n)(.*?)(^```$)", re.M | re.S)


class Session:
    """One shell's folder, kept from command to command."""

    def __init__(self, plowline):
        self.folder = ROOT / "samples"
        self.path = pathlib.Path(plowline).resolve().parent
        self.notes = tempfile.TemporaryDirectory()

    def output(self, command):
        script = f'export PATH="{self.path}:$PATH"; {command}\nstatus=$?; pwd > "$PLOWLINE_PWD"; exit $status'
        note = pathlib.Path(self.notes.name) / "pwd"
        ran = subprocess.run(["bash", "-c", script], cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True,
                             text=True, env={"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/nonexistent", "LC_ALL": "C.UTF-8",
                                             "PLOWLINE_PWD": str(note)})
        self.folder = pathlib.Path(note.read_text().strip())
        note.unlink()
        text = ran.stdout + ran.stderr
        if text and not text.endswith("\n"):
            text += "\n"
        return text + (f"(exit status {ran.returncode})\n" if ran.returncode else "")


def rewritten(readme, session):
    def block(match):
        commands = [line for line in match[2].splitlines() if line.startswith("$ ")]
        return match[1] + "".join(f"{line}\n{session.output(line[2:])}" for line in commands) + match[3]

    return FENCE.sub(block, readme)


def main():
    mode, plowline = sys.argv[1], sys.argv[2]
    file = pathlib.Path(sys.argv[3]) if len(sys.argv) > 3 else ROOT / "README.md"
    old = file.read_text(encoding="utf-8")
    new = rewritten(old, Session(plowline))
    if mode == "--write":
        file.write_text(new, encoding="utf-8")
    elif new != old:
        import difflib
        sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), new.splitlines(True), file.name, "what the commands print"))
        sys.exit(f"{file.name} shows output that the commands no longer print: run 'make readme'")
    print(f"{len(FENCE.findall(old))} blocks of {file.name} hold")


if __name__ == "__main__":
    main()
