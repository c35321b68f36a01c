"""tools/check_layers refuses what src/LAYERS does not allow, and nothing else."""
import unittest

from tool import TreeTest, load

layers = load('check_layers')
LAYERS = 'base:\nnet: base\ndb: base\nfeatures: base net\n'


class CheckLayers(TreeTest):
    def problems(self, files):
        self.write('src/LAYERS', LAYERS)
        for path, text in files.items():
            self.write(path, text)
        return layers.check(self.root)[0]

    def test_allows_lower_layers_the_own_layer_and_the_c_library(self):
        self.assertEqual(self.problems({
            'src/base/str.h': '#include <stddef.h>\n#include <sys/epoll.h>\n',
            'src/net/http.c': '#include "net/http.h"\n#include "base/str.h"\n',
        }), [])

    def test_names_file_and_line_of_what_it_refuses(self):
        cases = [
            ('src/base/a.c', '\n#include "net/http.h"\n', 'src/base/a.c:2: base/ must not include net/'),
            ('src/net/a.c', '#include "db/db.h"\n', 'net/ must not include db/'),
            ('src/net/a.c', '#include "http.h"\n', 'starts at src/'),
            ('src/net/a.c', '#include "../base/str.h"\n', 'starts at src/'),
            ('src/net/a.c', '#include "nets/http.h"\n', 'names no layer'),
            ('src/other/a.c', '\n', 'lies in no layer'),
            ('src/net/a.c', '#include <curl/curl.h>\n', 'belongs to net/fetch* alone'),
            ('src/db/a.c', '#include <sqlite3.h>\n', 'belongs to db/sqlite* alone'),
            ('src/db/sqlite.c', '#include <libpq-fe.h>\n', 'belongs to db/postgres* alone'),
            ('src/base/a.c', '#include <yaml.h>\n', 'belongs to base/yaml* alone'),
            ('src/base/a.c', '#  include <sodium.h>\n', 'belongs to base/crypto* alone'),
            ('src/base/a.c', '#include <glib.h>\n', 'has no owner'),
            ('src/features/albums/a.c', '#include "features/characters/character.h"\n',
             'feature albums must not include feature characters'),
        ]
        for path, text, expected in cases:
            with self.subTest(text=text):
                self.setUp()
                found = self.problems({path: text})
                self.assertEqual(len(found), 1, found)
                self.assertIn(expected, found[0])

    def test_owners_may_include_their_library(self):
        self.assertEqual(self.problems({
            'src/net/fetch_body.c': '#include <curl/curl.h>\n',
            'src/db/sqlite_writer.c': '#include <sqlite3.h>\n',
            'src/features/albums/album.c': '#include "features/albums/album.h"\n',
        }), [])

    def test_ignores_includes_inside_comments(self):
        self.assertEqual(self.problems({'src/base/a.c': '/*\n#include "net/http.h"\n*/\n'}), [])

    def test_finds_a_cycle_between_headers(self):
        found = self.problems({
            'src/base/a.h': '#include "base/b.h"\n',
            'src/base/b.h': '#include "base/c.h"\n',
            'src/base/c.h': '#include "base/a.h"\n',
        })
        self.assertEqual(found, ['headers include each other: base/a.h -> base/b.h -> base/c.h -> base/a.h'])

    def test_refuses_a_layer_that_names_no_layer(self):
        self.write('src/LAYERS', 'net: bass\n')
        with self.assertRaisesRegex(SystemExit, "'bass', which is no layer"):
            layers.check(self.root)


if __name__ == '__main__':
    unittest.main()
