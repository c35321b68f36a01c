"""tools/check_banned finds what this project never writes, with file and line."""
import subprocess
import unittest

from tool import TreeTest, load

banned = load('check_banned')


class CheckBanned(TreeTest):
    def test_refuses(self):
        # Put together here, so that this file passes the check itself.
        cases = [
            ('src/a.c', 'x = str' 'cpy(a, b);', 'banned function'),
            ('tests/unit/a.c', 'a' 'toi (text);', 'banned function'),
            ('src/a.c', 'u' 'sleep(10);', 'banned function'),
            ('src/a.c', '    AUTO_BUF text;', 'releases garbage'),
            ('src/a.c', 'q = "SEL' 'ECT id FROM job";', 'SQL text'),
            ('src/a.c', 'q = "ins' 'ert into job values (1)";', 'SQL text'),
            ('src/a.c', '/* TO' 'DO: later */', 'unfinished work'),
            ('web/a.ts', '// FIX' 'ME', 'unfinished work'),
            ('docs/a.md', 'see /wo' 'rk/main', 'a path or host of one machine'),
            ('package.json', 'https://registry.npm' 'js.org/x', 'a path or host of one machine'),
            ('src/a.c', '/* ------' '---------- */', 'banner'),
            ('src/a.c', '//====' '======', 'banner'),
            ('tests/scenario/a.test.ts', 'await new Promise((r) => setTime' 'out(r, 100))', 'a sleep'),
            ('tests/scenario/a.test.ts', "test.sk" "ip('x', f)", 'does not run'),
        ]
        for path, line, expected in cases:
            with self.subTest(line=line):
                found = banned.check_text(path, '\n' + line + '\n')
                self.assertEqual(len(found), 1, found)
                self.assertTrue(found[0].startswith(f'{path}:2: '), found[0])
                self.assertIn(expected, found[0])

    def test_allows(self):
        cases = [
            ('src/a.c', '    AUTO_BUF text = { 0 };'),
            ('src/a.c', 'text_str' 'cpy_all(a);'),
            ('src/a.c', 'x = snprintf(a, sizeof(a), "%d", 1);'),
            ('src/a.c', '/* unlike str' 'cpy(), this is bounded */'),
            ('src/a.c', 'fail("str' 'cpy() is banned");'),
            ('src/a.c', 'log_info("update the row");'),
            ('src/a.c', 'say("choose a backend");'),
            ('tests/contract/a.c', 'q = "SEL' 'ECT id FROM job";'),
            ('docs/a.md', '| --- | -----' '----- |'),
            ('src/a.c', 'path = "net' '/wo' 'rk/x";'),
        ]
        for path, line in cases:
            with self.subTest(line=line):
                self.assertEqual(banned.check_text(path, line + '\n'), [])

    def test_reads_new_files_that_git_does_not_ignore(self):
        subprocess.run(['git', 'init', '-q', self.root], check=True)
        self.write('.gitignore', '/build/\n')
        self.write('build/a.c', 'a' 'toi(x);\n')
        self.write('src/a.c', 'a' 'toi(x);\n')
        problems, count = banned.check(self.root)
        self.assertEqual(count, 2)
        self.assertEqual(len(problems), 1)


if __name__ == '__main__':
    unittest.main()
