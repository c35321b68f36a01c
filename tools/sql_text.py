"""
Takes files of SQL apart, as far as sql2c needs it: queries, statements, and their literals, comments and parameters.

Each query of a file stands below a line `-- name: user_by_id`, or `-- name: user_by_id sqlite` with a twin for postgres.
A comment line of one word is an annotation: `-- listing` (no full scan, no sort in memory), `-- many` (for db_exec_many:
its text for postgres takes arrays), `-- apart` (has nothing to do with what transactions put off) or `-- only` (this
dialect alone has the query). Other comments are comments.

What stands below `-- part: columns` (twins are possible here, too) is no query: below it, in the same file, `{columns}`
stands for it.
"""
import re

DIALECTS = ("sqlite", "postgres")
ANNOTATIONS = ("listing", "many", "apart", "only")
HEAD = re.compile(r"--\s*(name|part):\s*([a-z][a-z0-9_]*)(?:\s+(\w+))?\s*$")
NOTE = re.compile(r"--\s*(?:([a-z_]+)\s*|([a-z_]+):.*)$")

PARAM_MARK = {"sqlite": "?%d", "postgres": "$%d"}
TOKEN = re.compile(
    r"""(?P<text>'(?:[^']|'')*') | (?P<ident>"(?:[^"]|"")*") | (?P<comment>--[^\n]*|/\*.*?\*/)
      | (?P<body>\$(?P<tag>\w*)\$.*?\$(?P=tag)\$) | (?P<param>(?<!:):[A-Za-z_]\w*) | (?P<word>\w+)
      | (?P<part>\{[a-z]\w*\}) | (?P<space>\s+) | (?P<bad>['"`?$:\\\0{}]|/\*) | (?P<other>.)""", re.S | re.X)
KINDS = ("text", "ident", "comment", "body", "param", "word", "part", "space", "bad", "other")
EXPLAIN = {"'": "text without an end", '"': "a name without an end", "/*": "a comment without an end",
           "{": "a lone '{' ({name} stands for the part of that name)",
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


def blocks(path):
    """(where, what, name, dialect, annotations, statements) of each query and part of a file."""
    found = [(1, None, None, None, set(), [])]
    with open(path, encoding="utf-8") as file:
        lines = file.read().split("\n")
    for number, text in enumerate(lines, 1):
        note = NOTE.match(text)
        if m := HEAD.match(text):
            if m[3] not in (None, *DIALECTS):
                raise Bad(f"{path}:{number}: unknown dialect '{m[3]}'")
            found.append((number, *m.groups(), set(), [""]))
            continue
        if note and (note[1] not in ANNOTATIONS or found[-1][1] != "name"):
            raise Bad(f"{path}:{number}: unknown annotation '{note[1] or note[2]}' (known: {', '.join(ANNOTATIONS)})")
        if note:
            found[-1][4].add(note[1])
        found[-1][5].append(text)
    if split(path, 1, "\n".join(found[0][5])):
        raise Bad(f"{path}:1: text before the first '-- name:'")
    return [(f"{path}:{line}", *head, split(path, line, "\n".join(text))) for line, *head, text in found[1:]]


def filled(where, statement, parts, dialect):
    """The statement with parts in the places that name them; no two blanks meet."""
    out = []
    for token in statement:
        name = token[1].strip("{}")
        if token[0] == "part" and dialect not in parts.get(name, {}):
            raise Bad(f"{where}: there is no part '{name}' above")
        for inner in parts[name][dialect] if token[0] == "part" else [token]:
            if inner[0] != "space" or (out and out[-1][0] != "space"):
                out.append(inner)
    return out


def put(entry, where, name, dialect, make):
    for d in [dialect] if dialect else DIALECTS:
        if d in entry:
            raise Bad(f"{where}: '{name}' is there already: {entry['where']}")
        entry[d] = make(d)


def read_queries(path, queries):
    """Fills queries: name -> {dialect: statement}, with "where" and "notes"."""
    parts = {}
    for where, what, name, dialect, notes, statements in blocks(path):
        if len(statements) != 1 and (what == "name" or statements):
            raise Bad(f"{where}: '{name}' has {len(statements)} statements, not one")
        statement = statements[0] if statements else []
        if what == "part":
            part = parts.setdefault(name, {"where": where})
            put(part, where, name, dialect, lambda d: trimmed(filled(where, statement, parts, d)))
            continue
        entry = queries.setdefault(name, {"where": where, "notes": set()})
        put(entry, where, name, dialect, lambda d: filled(where, statement, parts, d))
        entry["notes"] |= notes


def trimmed(statement):
    return statement[:-1] if statement and statement[-1][0] == "space" else statement
