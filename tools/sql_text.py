"""Takes SQL text apart, as far as sql2c needs it: literals, comments, parameters, statements."""
import re

PARAM_MARK = {"sqlite": "?%d", "postgres": "$%d"}
TOKEN = re.compile(
    r"""(?P<text>'(?:[^']|'')*') | (?P<ident>"(?:[^"]|"")*") | (?P<comment>--[^\n]*|/\*.*?\*/)
      | (?P<body>\$(?P<tag>\w*)\$.*?\$(?P=tag)\$) | (?P<param>(?<!:):[A-Za-z_]\w*) | (?P<word>\w+)
      | (?P<space>\s+) | (?P<bad>['"`?$:\\\0]|/\*) | (?P<other>.)""", re.S | re.X)
KINDS = ("text", "ident", "comment", "body", "param", "word", "space", "bad", "other")
EXPLAIN = {"'": "text without an end", '"': "a name without an end", "/*": "a comment without an end",
           ":": "a lone ':' or '::' (write CAST(x AS type) for a cast, :name for a parameter)"}


class Bad(Exception):
    """What is wrong with a file, beginning with file:line."""


def tokens(where, line, sql):
    """(kind, text, line) of each token; comments and blanks become one space."""
    for m in TOKEN.finditer(sql):
        kind, text = next(k for k in KINDS if m.group(k) is not None), m.group()
        if kind == "bad":
            raise Bad(f"{where}:{line}: {EXPLAIN.get(text) or 'unexpected ' + repr(text)}")
        if kind == "text" and re.search(r"\b[eEbBxXnN]$|&$", sql[max(0, m.start() - 3):m.start()]):
            raise Bad(f"{where}:{line}: only plain '...' text means the same on both databases")
        yield ("space", " ", line) if kind in ("comment", "space") else (kind, text, line)
        line += text.count("\n")


def split(where, line, sql):
    """The statements, each a list of tokens. A semicolon within BEGIN ... END (a trigger) does not end one."""
    found, depth = [[]], 0
    for kind, text, at in tokens(where, line, sql):
        upper = text.upper() if kind == "word" else ""
        depth += (upper in ("BEGIN", "CASE")) - (upper == "END")
        if text == ";" and depth <= 0:
            found.append([])
        elif kind != "space" or (found[-1] and found[-1][-1][0] != "space"):
            found[-1].append((kind, text, at))
    return [s for s in found if any(kind != "space" for kind, _, _ in s)]


def numbered(statement, dialect):
    """The text with numbers for parameters, and their names in that order."""
    names, out = [], []
    for kind, text, _ in statement:
        if kind == "param":
            if text[1:] not in names:
                names.append(text[1:])
            text = PARAM_MARK[dialect] % (names.index(text[1:]) + 1)
        out.append(text)
    return "".join(out).strip(), names


def returns_rows(statement):
    depth, words = 0, []
    for kind, text, _ in statement:
        depth += (text == "(") - (text == ")")
        if kind == "word" and depth == 0:
            words.append(text.upper())
    verbs = ("SELECT", "VALUES", "PRAGMA", "INSERT", "UPDATE", "DELETE", "CREATE")
    verb = next((w for w in words if w in verbs), "")
    return verb in verbs[:3] or "RETURNING" in words
