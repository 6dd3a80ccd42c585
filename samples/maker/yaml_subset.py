"""Reads the YAML that the samples are written in, so that nothing has to be installed.

Known: block mappings and sequences, flow mappings and sequences on one line, quoted and plain scalars on one line,
comments. Unknown, and an error: anchors, tags, block scalars, several documents.
"""
import re

INDENT_STEP = re.compile(r" *")
KEY = re.compile(r"""("[^"]*"|'[^']*'|[^\s'"#\[\]{},&*!|>%@`-][^:#]*?|-[^\s:][^:#]*?):(?:\s+|$)""")
WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


class YamlError(ValueError):
    pass


def load(text, name):
    lines = []
    for number, line in enumerate(text.split("\n"), 1):
        content = strip_comment(line).rstrip()
        if content.strip():
            lines.append((len(INDENT_STEP.match(content).group()), content.strip(), number))
    reader = Reader(lines, name)
    value = reader.block(0) if lines else None
    if not reader.done():
        reader.fail("does not belong to anything")
    return value


def strip_comment(line):
    quote = None
    for i, char in enumerate(line):
        if quote:
            quote = None if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char == "#" and (i == 0 or line[i - 1] in " \t"):
            return line[:i]
    return line


class Reader:
    def __init__(self, lines, name):
        self.lines, self.name, self.at = lines, name, 0

    def done(self):
        return self.at == len(self.lines)

    def fail(self, why):
        line = self.lines[min(self.at, len(self.lines) - 1)]
        raise YamlError(f"{self.name}:{line[2]}: {why}: {line[1]}")

    def block(self, least):
        """The block whose first line is next and stands at column `least` or farther right."""
        if self.done() or self.lines[self.at][0] < least:
            return None
        indent, content, _ = self.lines[self.at]
        if content == "-" or content.startswith("- "):
            return self.sequence(indent)
        if KEY.match(content):
            return self.mapping(indent)
        self.at += 1
        return self.scalar(content)

    def sequence(self, indent):
        items = []
        while not self.done() and self.lines[self.at][0] == indent and self.lines[self.at][1].startswith("-"):
            _, content, number = self.lines[self.at]
            inner = content[1:].lstrip()
            if inner:  # what follows the dash is a block of its own, at the column where it stands
                self.lines[self.at] = (indent + len(content) - len(inner), inner, number)
            else:
                self.at += 1
            items.append(self.block(indent + 1))
        return items

    def mapping(self, indent):
        result = {}
        while not self.done() and self.lines[self.at][0] == indent:
            content = self.lines[self.at][1]
            match = KEY.match(content)
            if not match:
                self.fail("is no key")
            key, rest = self.scalar(match.group(1)), content[match.end():]
            if key in result:
                self.fail("stands twice")
            self.at += 1
            if rest:
                result[key] = self.scalar(rest)
            else:  # a sequence may stand at the key's own column
                dash = not self.done() and self.lines[self.at][1].startswith("-")
                result[key] = self.block(indent if dash else indent + 1)
        return result

    def scalar(self, text):
        value, rest = self.flow(text, stops="")
        if rest.strip():
            self.fail("has something after its value")
        return value

    def flow(self, text, stops):
        """The value that `text` begins with, and the text after it. `stops` end a plain scalar."""
        text = text.lstrip()
        if text[:1] in ("[", "{"):
            return self.collection(text)
        if text[:1] in ("'", '"'):
            end = text.index(text[0], 1)
            if text[end - 1] == "\\" or text[end:end + 2] == "''":
                self.fail("has an escaped quote, which is not supported")
            return text[1:end], text[end + 1:]
        if text[:1] in ("&", "*", "!", "|", ">"):
            self.fail("is YAML that the samples do not use")
        end = min((i for i in (text.find(stop) for stop in stops) if i >= 0), default=len(text))
        return plain(text[:end].strip()), text[end:]

    def collection(self, text):
        closing = {"[": "]", "{": "}"}[text[0]]
        pairs = closing == "}"
        result, text = ({} if pairs else []), text[1:].lstrip()
        while not text.startswith(closing):
            if pairs:
                key, text = self.flow(text, ":")
                result[key], text = self.flow(text.lstrip()[1:], ",}")
            else:
                value, text = self.flow(text, ",]")
                result.append(value)
            text = text.lstrip()
            if text.startswith(","):
                text = text[1:].lstrip()
            elif not text.startswith(closing):
                self.fail("has an open bracket")
        return result, text[1:]


def plain(text):
    if text.lower() in WORDS:
        return WORDS[text.lower()]
    if re.fullmatch(r"[-+]?\d+", text):
        return int(text)
    if re.fullmatch(r"[-+]?\d+\.\d*", text):
        return float(text)
    return text
