"""tools/check_sizes counts functions, files and headers, and leaves tables of data out."""
import unittest

from tool import TreeTest, load

sizes = load('check_sizes')


def function(name, lines):
    """A function that has so many lines from its name to its closing brace."""
    return f'static int {name}(void)\n{{\n' + '    work();\n' * (lines - 3) + '}\n'


def table(rows):
    return 'static const struct row rows[] = {\n' + '    { "a{b", 1 },\n' * rows + '};\n'


class CheckSizes(TreeTest):
    def problems(self, path, text):
        self.write(path, text)
        return sizes.check(self.root)[0]

    def test_a_function_of_100_lines_passes_and_one_of_101_fails(self):
        self.assertEqual(self.problems('src/a.c', function('right', 100)), [])
        self.assertEqual(self.problems('src/a.c', function('first', 10) + '\n' + function('long_one', 101)),
                         ['src/a.c:12: function long_one has 101 lines, the limit is 100'])

    def test_braces_in_strings_comments_and_macros_do_not_confuse_the_count(self):
        head = '#define OPEN(x) \\\n    if (x) {\n/* { */\nstatic const char *const a = "{{{";\n'
        self.assertEqual(self.problems('src/a.c', head + function('f', 101)),
                         ['src/a.c:5: function f has 101 lines, the limit is 100'])

    def test_a_file_of_600_lines_passes_and_one_of_601_fails(self):
        self.assertEqual(self.problems('src/a.c', '\n' * 600), [])
        self.assertEqual(self.problems('src/a.c', '\n' * 601), ['src/a.c: file has 601 lines, the limit is 600'])

    def test_rows_of_tables_do_not_count(self):
        self.assertEqual(self.problems('src/a.c', '\n' * 590 + table(400)), [])
        self.assertEqual(len(self.problems('src/a.c', '\n' * 599 + table(400))), 1)

    def test_values_of_an_enum_are_rows(self):
        values = 'enum kind {\n' + '    KIND,\n' * 200 + '};\n'
        self.assertEqual(self.problems('src/a.h', values + 'int f(void);\n'), [])

    def test_a_table_inside_a_function_counts_as_its_lines(self):
        body = 'void f(void)\n{\n    static const int a[] = {\n' + '        1,\n' * 100 + '    };\n}\n'
        self.assertEqual(self.problems('src/a.c', body), ['src/a.c:1: function f has 105 lines, the limit is 100'])

    def test_comments_and_blank_lines_of_a_header_do_not_count(self):
        declarations = 'int f(int a);\n' * 80
        self.assertEqual(self.problems('src/a.h', declarations + '/* long\n * story\n */\n\n'), [])
        self.assertEqual(self.problems('src/a.h', declarations + 'int g(void);\n'),
                         ['src/a.h: header has 81 lines of code, the limit is 80'])

    def test_tools_and_scripts_have_limits_of_their_own(self):
        self.assertEqual(self.problems('tools/a', '#\n' * 151), ['tools/a: tool has 151 lines, the limit is 150'])
        self.setUp()
        self.assertEqual(self.problems('script/a', '#\n' * 301), ['script/a: script has 301 lines, the limit is 300'])

    def test_a_script_that_a_tool_made_is_not_counted(self):
        self.assertEqual(self.problems('web/a.ts', '// Made from b.json by c.\n' + '\n' * 700), [])
        self.assertEqual(len(self.problems('web/a.ts', '\n// Made from b.json by c.\n' + '\n' * 700)), 1)


if __name__ == '__main__':
    unittest.main()
