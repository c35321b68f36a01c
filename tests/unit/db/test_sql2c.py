#!/usr/bin/env python3
"""What sql2c makes of good files, and what it says about bad ones: test_sql2c.py <sql2c>."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

SQL2C = os.path.abspath(sys.argv.pop(1))


def run(files):
    """Exit code, complaint, queries.h, queries.c for files given as {name: text}."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        done = subprocess.run([SQL2C, folder, *files], cwd=folder, capture_output=True, text=True)
        made = [pathlib.Path(folder, name) for name in ("queries.h", "queries.c")]
        return done.returncode, done.stderr.strip(), *(path.read_text() if path.exists() else "" for path in made)


class Sql2c(unittest.TestCase):
    def test_parameters_are_numbered_in_both_dialects_by_first_use(self):
        code, complaint, _, c = run({"a.sql": "-- name: one\nSELECT :b, :a, :b, ':c', \":d\" -- :e\n;\n"})
        self.assertEqual((code, complaint), (0, ""))
        self.assertIn("\"SELECT ?1, ?2, ?1, ':c', \\\":d\\\"\"", c)
        self.assertIn("\"SELECT $1, $2, $1, ':c', \\\":d\\\"\"", c)
        self.assertIn('{ "b", "a", NULL }', c)

    def test_the_enum_is_in_order_of_the_files(self):
        _, _, h, _ = run({"b.sql": "-- name: second\nSELECT 1", "a.sql": "-- name: third\nSELECT 1"})
        self.assertIn("    Q_SECOND,\n    Q_THIRD,\n    QUERY_COUNT\n", h)

    def test_twins_and_annotations(self):
        code, complaint, _, c = run({"a.sql": "-- name: a sqlite\n-- listing\nSELECT 1\n-- name: a postgres\nSELECT 2 -- two\n"
                                              "-- name: b postgres\n-- only\n-- Some words about it.\nSELECT 3\n"})
        self.assertEqual((code, complaint), (0, ""))
        self.assertIn('[DB_SQLITE] = "SELECT 1"', c)
        self.assertIn('[DB_POSTGRES] = "SELECT 2"', c)
        self.assertEqual(c.count(".is_listing = true"), 1)
        self.assertNotIn(".is_many", c)
        self.assertNotIn('[DB_SQLITE] = "SELECT 3"', c)

    def test_a_query_for_many_is_known_as_one(self):
        self.assertEqual(run({"a.sql": "-- name: a\n-- many\nSELECT 1\n-- name: b\nSELECT 1\n"})[3].count(".is_many = true"), 1)

    def test_parts_stand_where_they_are_named(self):
        code, complaint, _, c = run({"a.sql": "-- Of everything.\n-- part: what\na, 'b {x}' -- both\n-- part: order sqlite\n"
                                              "-- part: order postgres\nORDER BY :k\n-- part: all\n{what} FROM t\n\n"
                                              "-- name: q\nSELECT {all} {order} LIMIT :n\n"})
        self.assertEqual((code, complaint), (0, ""))
        self.assertIn('[DB_SQLITE] = "SELECT a, \'b {x}\' FROM t LIMIT ?1"', c)
        self.assertIn('[DB_POSTGRES] = "SELECT a, \'b {x}\' FROM t ORDER BY $1 LIMIT $2"', c)
        self.assertNotIn("Q_WHAT", c)

    def test_which_queries_give_rows(self):
        for text, rows in (("SELECT 1", 1), ("INSERT INTO t VALUES (1)", 0), ("DELETE FROM t RETURNING a", 1),
                           ("WITH x AS (SELECT 1) UPDATE t SET a = 1", 0), ("SELECT a FROM t FOR UPDATE", 1),
                           ("UPDATE t SET a = (SELECT 1)", 0), ("WITH x AS (DELETE FROM t RETURNING a) SELECT a FROM x", 1)):
            with self.subTest(text):
                self.assertEqual(run({"a.sql": f"-- name: q\n{text}"})[3].count(".returns_rows = true"), rows)

    def test_what_is_wrong_is_said_with_file_and_line(self):
        cases = (
            ("-- name: a\nSELECT 1::int", "a.sql:2: a lone ':' or '::' (write CAST(x AS type) for a cast, :name for a parameter)"),
            ("-- name: a\nSELECT 'x", "a.sql:2: text without an end"),
            ("-- name: a\n\nSELECT \"x", "a.sql:3: a name without an end"),
            ("-- name: a\nSELECT 1 /* x", "a.sql:2: a comment without an end"),
            ("-- name: a\nSELECT ?1", "a.sql:2: unexpected '?'"),
            ("-- name: a\nSELECT $1", "a.sql:2: unexpected '$'"),
            ("-- name: a\nSELECT E'x'", "a.sql:2: only plain '...' text means the same on both databases"),
            ("-- name: a\nSELECT 1; SELECT 2", "a.sql:1: 'a' has 2 statements, not one"),
            ("-- name: a\n-- nothing else\n", "a.sql:1: 'a' has 0 statements, not one"),
            ("-- name: a\nSELECT 1\n-- name: a\nSELECT 2", "a.sql:3: 'a' is there already: a.sql:1"),
            ("-- name: a sqlite\nSELECT 1", "a.sql:1: 'a' has no text for postgres"),
            ("-- name: a mysql\nSELECT 1", "a.sql:1: unknown dialect 'mysql'"),
            ("-- name: a\n-- listnig\nSELECT 1", "a.sql:2: unknown annotation 'listnig' (known: listing, many, apart, only)"),
            ("-- name: a b c\nSELECT 1", "a.sql:1: unknown annotation 'name' (known: listing, many, apart, only)"),
            ("-- name: a\nSELECT {b}\n-- part: b\n1", "a.sql:1: there is no part 'b' above"),
            ("-- part: b sqlite\n1\n-- name: a\nSELECT {b}", "a.sql:3: there is no part 'b' above"),
            ("-- part: b\n1\n-- part: b\n2", "a.sql:3: 'b' is there already: a.sql:1"),
            ("-- part: b\n1; 2", "a.sql:1: 'b' has 2 statements, not one"),
            ("-- part: b\n-- listing\n1", "a.sql:2: unknown annotation 'listing' (known: listing, many, apart, only)"),
            ("-- name: a\nSELECT { b }", "a.sql:2: a lone '{' ({name} stands for the part of that name)"),
            ("SELECT 1\n-- name: a\nSELECT 1", "a.sql:1: text before the first '-- name:'"),
            ("-- name: a sqlite\nSELECT 1\n-- name: a postgres\nDELETE FROM t", "a.sql:1: 'a' gives rows on one database only"),
        )
        for text, complaint in cases:
            with self.subTest(text):
                self.assertEqual(run({"a.sql": text})[:2], (1, complaint))

    def test_migrations_are_split_where_statements_end(self):
        text = ("CREATE TABLE t (a TEXT DEFAULT ';'); -- one; two\nCREATE TRIGGER g AFTER INSERT ON t BEGIN\n"
                "  UPDATE t SET a = CASE WHEN 1 THEN 2 END;\n  DELETE FROM t;\nEND;\nCREATE INDEX i ON t (a);\n")
        code, complaint, _, c = run({"0001_a.sql": text})
        self.assertEqual((code, complaint), (0, ""))
        self.assertIn('{ "CREATE TABLE t (a TEXT DEFAULT \';\')", "CREATE TRIGGER g AFTER INSERT ON t BEGIN UPDATE t SET a = '
                      'CASE WHEN 1 THEN 2 END; DELETE FROM t; END", "CREATE INDEX i ON t (a)", NULL }', c)

    def test_a_twin_replaces_a_migration_for_its_database(self):
        _, _, _, c = run({"0001_a.sql": "SELECT 1;", "0001_a.postgres.sql": "DO $x$ BEGIN NULL; END $x$;"})
        self.assertIn('[DB_SQLITE] = (const char *const[]){ "SELECT 1", NULL }', c)
        self.assertIn('[DB_POSTGRES] = (const char *const[]){ "DO $x$ BEGIN NULL; END $x$", NULL }', c)

    def test_migrations_that_cannot_be(self):
        cases = (
            ({"0002_b.sql": "SELECT 1"}, "0002_b.sql:1: migration 1 is missing before it"),
            ({"0001_a.sql": "SELECT 1", "0001_b.sql": "SELECT 1"}, "0001_b.sql:1: there is a migration 0001 already: 0001_a.sql"),
            ({"0001_a.sqlite.sql": "SELECT 1"}, "0001_a.sqlite.sql:1: one of the databases has no text for this migration"),
            ({"0001_a.sql": "SELECT 1;\nPRAGMA x"}, "0001_a.sql:2: 'PRAGMA' cannot stand in a migration: it is a part of one transaction"),
            ({"0001_a.sql": "SELECT :x"}, "0001_a.sql:1: ':x' cannot stand in a migration: it is a part of one transaction"),
        )
        for files, complaint in cases:
            with self.subTest(complaint):
                self.assertEqual(run(files)[:2], (1, complaint))


unittest.main()
