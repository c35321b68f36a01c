#!/usr/bin/env python3
"""Archives of hostile labels, judged by the tools that people have: Python's zipfile, unzip and zipinfo.

usage: test_zip_tools.py ZIP_OF_LABELS
"""
import csv
import io
import itertools
import os
import random
import re
import struct
import subprocess
import sys
import tempfile
import unicodedata
import unittest
import zipfile

PROGRAM = os.path.abspath(sys.argv.pop(1))
COUNT = 1000
DEVICES = re.compile(r'(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(\..*)?', re.I)
UNSEEN = '\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2028\u2029\u2060' \
         '\u2066\u2067\u2068\u2069\u3164\ufeff\uffa0\ufff9\U000e0041'
LABELS = [
    '', ' ', '.', '..', '...', '/', '\\', '../../../etc/passwd', '..\\..\\windows\\win.ini', '/etc/passwd', 'C:\\boot.ini', 'C:',
    '\\\\server\\share', 'a/b/c', './a', 'a/../b', '~', '~root', '.bashrc', '.htaccess', 'a.', 'a ', ' a', 'a. .', '.a.',
    'CON', 'con', 'Prn', 'AUX', 'NUL', 'nul.txt', 'COM1', 'com9.tar.gz', 'LPT1', 'lpt\u00b9', 'CONIN$', 'CONOUT$', 'CLOCK$', 'aux ',
    "=cmd|' /C calc'!A0", '=1+1', '+1', '-1', '@SUM(1)', '\t=1', '\r=1', '"=1', ';=1', ',=1', '|=1', '\uff1d1+1', '=HYPERLINK("x")',
    'a\0b', 'a\nb', 'a\rb', 'a\tb', '\x1b[31mred', '\x7f', '\x80', 'a\u0085b', '$(reboot)', '`reboot`', '; rm -rf *', '-rf', '--help',
    '%2e%2e%2f', '%00', '%s%n', '{}', '<script>alert(1)</script>', "' OR 1=1", '"', "'", '&', '|', '?', '*', ':', 'a:b', 'a::$DATA',
    '\u202egnp.exe', 'a\u202eb', '\u2066a\u2069', '\u200f\u200e', 'a\u200bb', '\ufeffa', '\u00ada', '\u3164', '\u115f', '\ufff9a\ufffa',
    '\u2215\u2044\u29f8\uff0f', '\uff0e\uff0e\uff0f', '\u2024\u2024\u2044', '\u2100', '\ufe52', '\ufffe', '\ufdd0', '\ue000',
    '\U000e0041', '\U0010ffff', 'e\u0301', '\u00e9', 'E\u0301', '\u00c9', '\u212a', 'k', 'K', '\u017f', 's', 'S', '\u00df', 'ss', 'SS',
    '\u0131', 'i', 'I', '\u0130', '\ufb01', 'fi', '\uff21', 'A', 'a', '\u2460', '1', '\u304c', '\u304b\u3099', '\uac00', '\u1100\u1161',
    'x' * 300, '\u00e4' * 300, '\u72d0' * 300, '\U0001f98a' * 300, 'a ' * 300, 'a.' * 300, 'e' + '\u0301' * 300, ' ' * 300, '.' * 300,
]
BYTES = [b'\xff', b'\xfe\xff', b'\xc0\xae\xc0\xae\xc0\xaf', b'\xe0\x80\xaf', b'\xed\xa0\x80', b'\xf4\x90\x80\x80', b'\xf8\x88\x80\x80\x80',
         b'a\xe7', b'\x80' * 300, b'\xe7\x8b' * 150, bytes(range(256))]


def hostile_labels():
    chance = random.Random(1)
    fixed = [label.encode('utf-8', 'surrogatepass') for label in LABELS] + BYTES
    pairs = (a + b for a, b in itertools.product(chance.sample(fixed, 40), chance.sample(fixed, 40)))
    noise = (chance.randbytes(chance.randrange(1, 301)) for _ in itertools.count())
    labels = fixed + list(itertools.islice(pairs, (COUNT - len(fixed)) // 2))
    return labels + list(itertools.islice(noise, COUNT - len(labels)))


def make_zip(labels):
    framed = b''.join(struct.pack('<I', len(label)) + label for label in labels)
    return subprocess.run([PROGRAM], input=framed, capture_output=True, check=True).stdout


class HostileNames(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.labels = hostile_labels()
        cls.bytes = make_zip(cls.labels)
        cls.zip = zipfile.ZipFile(io.BytesIO(cls.bytes))
        cls.names = cls.zip.namelist()
        cls.folder = tempfile.TemporaryDirectory()
        cls.path = f'{cls.folder.name}/hostile.zip'
        with open(cls.path, 'wb') as file:
            file.write(cls.bytes)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def run_tool(self, *command):
        env = {**os.environ, 'LC_ALL': 'C.UTF-8'}
        done = subprocess.run(command, capture_output=True, env=env, cwd=self.folder.name)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout.decode('utf-8')

    def test_python_reads_what_was_put_in(self):
        self.assertEqual(len(self.names), COUNT)
        self.assertIsNone(self.zip.testzip())
        for name, label in zip(self.names, self.labels):
            self.assertEqual(self.zip.read(name), label)

    def test_unzip_finds_no_error(self):
        self.assertIn('No errors detected', self.run_tool('unzip', '-tq', self.path))

    def test_zipinfo_lists_the_same_names(self):
        self.assertEqual(self.run_tool('zipinfo', '-1', self.path).split('\n')[:-1], self.names)

    def test_unpacked_everything_is_in_the_folder_and_nothing_else(self):
        self.run_tool('unzip', '-q', self.path, '-d', f'{self.folder.name}/out')
        self.assertEqual(sorted(os.listdir(f'{self.folder.name}/out')), sorted(self.names))
        self.assertEqual(sorted(os.listdir(self.folder.name)), ['hostile.zip', 'out'])
        for name, label in zip(self.names, self.labels):
            with open(f'{self.folder.name}/out/{name}', 'rb') as file:
                self.assertEqual(file.read(), label)

    def test_no_two_names_are_one_on_any_system(self):
        for fold in (str.casefold, str.lower, str.upper, lambda s: s):
            for form in ('NFC', 'NFD', 'NFKC', 'NFKD'):
                folded = {unicodedata.normalize(form, fold(unicodedata.normalize(form, name))) for name in self.names}
                self.assertEqual(len(folded), COUNT, form)

    def test_every_name_is_one_that_windows_takes(self):
        for name in self.names:
            self.assertNotRegex(name, r'[<>:"/\\|?*\x00-\x1f\x7f]')
            self.assertFalse(DEVICES.fullmatch(name), name)
            self.assertFalse(name[-1] in '. ' or name[0] in '. ~', name)
            self.assertLessEqual(len(name.encode('utf-16-le')) // 2, 255)
            self.assertLessEqual(len(name.encode()), 143)
            compatible = unicodedata.normalize('NFKC', name)
            self.assertNotRegex(compatible, r'[<>:"/\\|?*\x00-\x1f\x7f]|\.\.')

    def test_no_name_hides_or_turns_anything(self):
        for name in self.names:
            self.assertFalse(set(name) & set(UNSEEN), ascii(name))
            for character in name:
                self.assertNotIn(unicodedata.category(character), ('Cc', 'Co', 'Cs', 'Zl', 'Zp', 'Zs'), ascii(name))

    def test_a_listing_in_a_spreadsheet_is_one_cell_of_text_each(self):
        for name in self.names:
            self.assertRegex(name, r'^[0-9]{4}[-.]')
            for delimiter in ',;\t|':
                self.assertEqual(list(csv.reader([name], delimiter=delimiter)), [[name]])

    def test_the_ending_is_what_it_was_given(self):
        for name in self.names:
            self.assertTrue(name.endswith('.png'), ascii(name))


class ManyFiles(unittest.TestCase):
    def test_70000_files_need_zip64_and_are_all_read(self):
        labels = [str(number).encode() for number in range(70000)]
        data = make_zip(labels)
        with tempfile.TemporaryDirectory() as folder:
            with open(f'{folder}/many.zip', 'wb') as file:
                file.write(data)
            done = subprocess.run(['unzip', '-tqq', f'{folder}/many.zip'], capture_output=True)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            with zipfile.ZipFile(f'{folder}/many.zip') as archive:
                self.assertEqual(len(archive.namelist()), 70000)
                self.assertIsNone(archive.testzip())
                self.assertEqual(archive.read(archive.namelist()[69999]), b'69999')

    def test_an_empty_archive_is_one(self):
        with zipfile.ZipFile(io.BytesIO(make_zip([]))) as archive:
            self.assertEqual(archive.namelist(), [])


if __name__ == '__main__':
    unittest.main()
