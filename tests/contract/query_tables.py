#!/usr/bin/env python3
"""Fails when a query and the field tables it is called with do not fit: a parameter or a result column without a field.

    query_tables.py <source root> <file.sql>...

It reads the calls of db_exec, db_row and db_rows in src/, finds their tables, and asks SQLite for the columns. A query
that reaches the call through a parameter is looked up at the callers of that function; one that is taken from a table
of queries may be any of the table. A query that no call can be found for is dead, or hidden from this check, and fails
too. (test_queries compares the two databases.)
"""
import glob
import os
import re
import sqlite3
import sys

ROOT = sys.argv[1]
sys.path.insert(0, os.path.join(ROOT, "tools"))
from sql_text import numbered, read_queries, returns_rows  # noqa: E402

sys.dont_write_bytecode = True
ARGUMENTS = {"db_exec": (1, 2, None), "db_row": (2, 3, 5), "db_rows": (2, 3, 5), "db_exec_many": (1, 2, None),
             "db_post": (1, 2, None), "db_expect": (1, 2, None), "db_post_many": (1, 2, None), "db_rows_many": (2, 3, 7)}  # query, parameters, columns
CALL = re.compile(r"\b(db_exec(?:_many)?|db_post(?:_many)?|db_expect|db_rows?(?:_many)?)\s*\(")
TABLE = re.compile(r"const struct field (\w+)\[\w*\]\s*=\s*\{(.*?)\n\s*\};", re.S)
NAMED = re.compile(r'FIELD_NAMED\([^"]*"(\w+)"\)|FIELD(?:_\w+)?\(\s*struct \w+\s*,\s*(\w+)\s*[,)]|\.name = "(\w+)"')
FUNCTION = re.compile(r"^[a-z][\w *]*?\b(\w+)\([^;{}]*\)\n\{", re.M)


def read(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    return re.sub(r"/\*.*?\*/", lambda m: re.sub(r"[^\n]", " ", m.group()), text, flags=re.S)


def arguments(text, start):
    """The arguments of a call, from behind its opening parenthesis."""
    found, depth, at = [""], 1, start
    while depth > 0:
        depth += (text[at] in "([{") - (text[at] in ")]}")
        if text[at] == "," and depth == 1:
            found.append("")
        elif depth > 0:
            found[-1] += text[at]
        at += 1
    return [a.strip() for a in found]


def enclosing(text, at):
    names = [m for m in FUNCTION.finditer(text) if m.start() < at]
    return names[-1].group(1) if names else None


def constants_in(text, at, argument):
    """The constants that are written there, or stand in the table that is indexed there, the last of its name before."""
    found = set(re.findall(r"\bQ_\w+", argument))
    for name in re.findall(r"\b(\w+)\[", argument):
        tables = re.findall(r"\bconst enum query %s\[[^;]*?=\s*\{(.*?)\};" % name, text[:at], re.S)
        found |= set(re.findall(r"\bQ_\w+", tables[-1])) if tables else set()
    return found


def queries_through(sources, home, function, seen):
    """The constants that reach a function which takes its query as a parameter; a static one is called in its file alone."""
    found = set()
    if function is None or (home, function) in seen:
        return found
    seen.add((home, function))
    is_static = re.search(r"^static [^;{}()]*\b%s\([^;{}]*\)\n\{" % function, sources[home], re.M)
    for path, text in sources.items():
        if is_static and path != home:
            continue
        for m in re.finditer(r"\b%s\s*\(" % function, text):
            args = ", ".join(arguments(text, m.end()))
            if re.search(r"\bstruct db_tx \*", args):
                continue  # the definition
            constants = constants_in(text, m.start(), args)
            found |= constants or queries_through(sources, path, enclosing(text, m.start()), seen)
    return found


def calls(sources):
    """(where, query constants, parameter table, column table) of each call."""
    for path, text in sources.items():
        for m in CALL.finditer(text):
            args = arguments(text, m.end())
            query, params, columns = (args[i] if i is not None and i < len(args) else "NULL" for i in ARGUMENTS[m[1]])
            if args[0].startswith("struct db_tx *"):
                continue  # the declaration
            constants = constants_in(text, m.start(), query)
            constants = constants or queries_through(sources, path, enclosing(text, m.start()), set())
            line = text.count("\n", 0, m.start()) + 1
            yield path, f"{os.path.relpath(path, ROOT)}:{line}", constants, params, columns


def read_tables(sources):
    tables = {}
    for path, text in sources.items():
        for m in TABLE.finditer(text):
            names = {next(filter(None, n)) for n in NAMED.findall(m[2])}
            tables[(path, m[1])] = tables[(None, m[1])] = names
    return tables


def columns_of(base, statement):
    if not returns_rows(statement):
        return set()
    sql, params = numbered(statement, "sqlite")
    after = re.split(r"\bRETURNING\b", sql, flags=re.I)
    if len(after) > 1:  # running it would change rows
        return {re.split(r"[\s.]+", c.strip())[-1] for c in after[1].split(",")}
    return {d[0] for d in base.execute(sql, [0] * len(params)).description}


def read_sql(paths):
    """The queries for SQLite, and a database with the schema."""
    base, found = sqlite3.connect(":memory:"), {}
    for path in paths:
        if not re.match(r"\d{4}_", os.path.basename(path)):
            read_queries(path, found)
        elif not path.endswith(".postgres.sql"):
            with open(path, encoding="utf-8") as file:
                base.executescript(file.read())
    queries = {"Q_" + name.upper(): q["sqlite"] for name, q in found.items() if "sqlite" in q}
    base.execute(numbered(queries["Q_DB_SCHEMA_CREATE"], "sqlite")[0])
    return base, queries


def main():
    paths = glob.glob(os.path.join(ROOT, "src/**/*.c"), recursive=True)
    sources = {path: read(path) for path in sorted(paths)}
    tables, problems, used = read_tables(sources), [], set()
    base, queries = read_sql(sys.argv[2:])
    for path, where, constants, param_table, column_table in calls(sources):
        for name in sorted(constants & queries.keys()):
            used.add(name)
            wanted = [("parameter", param_table, set(numbered(queries[name], "sqlite")[1]))]
            if column_table != "NULL":
                wanted.append(("column", column_table, columns_of(base, queries[name])))
            for kind, table, names in wanted:
                known = tables.get((path, table), tables.get((None, table)))
                if names and known is None:
                    problems.append(f"{where}: {name}: cannot find the table '{table}'")
                for missing in sorted(names - (known or names)):
                    problems.append(f"{where}: {name}: no field for the {kind} '{missing}' in {table}")
    hidden = {q for q in queries if not q.startswith("Q_DB_")} - used
    problems += [f"{name}: no call found: dead, or called in a way that this check cannot follow" for name in sorted(hidden)]
    print("\n".join(problems + [f"query tables: {len(used)} queries, {len(problems)} problems"]))
    return 1 if problems or not used else 0


if __name__ == "__main__":
    sys.exit(main())
