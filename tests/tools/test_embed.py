"""tools/embed makes a table that compiles and holds the very bytes."""
import gzip
import hashlib
import os
import re
import subprocess
import unittest

from tool import ROOT, TreeTest, load

embed = load('embed')
AWKWARD = bytes(range(256)) + b'??= "quoted" \\ 1\x001\r\n'

MAIN = '''
#include <stdio.h>
#include "net/assets.h"
int main(void)
{
    for (size_t i = 0; i < asset_count; i++) {
        const struct asset *a = &assets[i];
        printf("%.*s %.*s %.*s %zu %zu %zu %d\\n", (int)a->path.len, a->path.ptr, (int)a->content_type.len,
               a->content_type.ptr, (int)a->etag.len, a->etag.ptr, a->plain.len, a->gzip.len, a->brotli.len, a->immutable);
        fflush(stdout);
        fwrite(a->plain.ptr, 1, a->plain.len, stderr);
        fwrite(a->gzip.ptr, 1, a->gzip.len, stderr);
        fwrite(a->brotli.ptr, 1, a->brotli.len, stderr);
    }
    return 0;
}
'''


class Embed(TreeTest):
    def run_embed(self, *pairs):
        output = os.path.join(self.root, 'out.c')
        embed.main([output, '--depfile', output + '.d', *pairs])
        with open(output, encoding='ascii') as file:
            return file.read()

    def compiled(self, *pairs):
        self.run_embed(*pairs)
        program = os.path.join(self.root, 'program')
        subprocess.run(['cc', '-std=c17', '-Wall', '-Wextra', '-Wpedantic', '-Werror', '-I', os.path.join(ROOT, 'src'), '-o',
                        program, self.write('main.c', MAIN), os.path.join(self.root, 'out.c')], check=True)
        done = subprocess.run([program], check=True, capture_output=True)
        return done.stdout.decode().splitlines(), done.stderr

    def test_keeps_every_byte_and_sorts_by_path(self):
        script = b'let a = 1;\n' * 400
        self.write('www/b.png', AWKWARD)
        self.write('www/assets/app-AbCd1234.js', script)
        self.write('www/assets/app-AbCd1234.js.br', b'brotli bytes')
        self.write('www/a.txt', b'')
        rows, data = self.compiled('/=' + os.path.join(self.root, 'www'))
        zipped = gzip.compress(script, 9, mtime=0)
        etag = hashlib.sha256(script).hexdigest()[:32]
        self.assertEqual([row.split()[0] for row in rows], ['/a.txt', '/assets/app-AbCd1234.js', '/b.png'])
        self.assertEqual(rows[1], f'/assets/app-AbCd1234.js text/javascript; charset=utf-8 "{etag}" '
                                  f'{len(script)} {len(zipped)} 12 1')
        self.assertTrue(rows[2].endswith(f'{len(AWKWARD)} 0 0 0'), 'gzip is left out where it is no smaller')
        self.assertEqual(data, script + zipped + b'brotli bytes' + AWKWARD)

    def test_an_empty_table_compiles(self):
        self.assertEqual(self.compiled(), ([], b''))

    def test_is_the_same_each_time_and_lists_what_it_read(self):
        path = self.write('index.html', '<p>')
        self.assertEqual(self.run_embed(f'/index.html={path}'), self.run_embed(f'/index.html={path}'))
        with open(os.path.join(self.root, 'out.c.d'), encoding='utf-8') as file:
            self.assertEqual(file.read(), f'{self.root}/out.c: {path}\n')

    def test_a_folder_is_among_what_it_read_so_that_a_new_file_is_noticed(self):
        self.write('www/a.txt', 'a')
        self.run_embed('/=' + os.path.join(self.root, 'www'))
        with open(os.path.join(self.root, 'out.c.d'), encoding='utf-8') as file:
            self.assertEqual(file.read(), f'{self.root}/out.c: {self.root}/www {self.root}/www/a.txt\n')

    def test_takes_the_first_path_that_exists_and_notices_when_an_earlier_one_shows(self):
        self.write('plain/index.html', 'plain')
        pair = '/={0}/new/site,{0}/plain'.format(self.root)
        self.assertIn('plain', self.run_embed(pair))
        with open(os.path.join(self.root, 'out.c.d'), encoding='utf-8') as file:
            self.assertIn(f' {self.root} ', file.read())
        self.write('new/site/index.html', 'built')
        self.assertIn('built', self.run_embed(pair))

    def test_says_what_is_wrong(self):
        page = self.write('index.html', '<p>')
        odd = self.write('a.odd', 'x')
        cases = [
            (['index.html=' + page], "URL that starts with '/'"),
            (['/x=/no/such'], "'/no/such' does not exist"),
            ([f'/a.odd={odd}'], "no content type for"),
            ([f'/a.html={page}', f'/a.html={page}'], 'two files for /a.html'),
        ]
        for pairs, expected in cases:
            with self.subTest(pairs=pairs), self.assertRaisesRegex(SystemExit, re.escape(expected)):
                self.run_embed(*pairs)


if __name__ == '__main__':
    unittest.main()
