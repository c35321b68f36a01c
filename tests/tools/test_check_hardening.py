"""tools/check_hardening tells a hardened program from one that is not."""
import os
import subprocess
import unittest

from tool import TreeTest, load

hardening = load('check_hardening')

PROGRAM = '''
#include <stdio.h>
#include <string.h>
int main(int argc, char **argv)
{
    char text[64];
    memcpy(text, argv[argc - 1], strlen(argv[argc - 1]));
    puts(text);
    return 0;
}
'''
HARDENED = ['-O2', '-fPIE', '-pie', '-fstack-protector-strong', '-U_FORTIFY_SOURCE', '-D_FORTIFY_SOURCE=2', '-Wl,-z,relro,-z,now',
            '-Wl,-z,noexecstack']
BARE = ['-O0', '-fno-pie', '-no-pie', '-fno-stack-protector', '-U_FORTIFY_SOURCE', '-Wl,-z,norelro,-z,lazy', '-Wl,-z,execstack',
        '-Wl,-rpath,/nowhere']


class CheckHardening(TreeTest):
    def missing(self, flags):
        program = os.path.join(self.root, 'program')
        subprocess.run(['cc', *flags, '-o', program, self.write('main.c', PROGRAM)], check=True, capture_output=True)
        printed = [hardening.readelf(option, program) for option in ('-h', '-l', '-d', '--dyn-syms')]
        checks = hardening.judge(*printed, hardening.LANDING_PAD * 100)
        return [what for what, holds in checks if not holds]

    def test_a_hardened_program_lacks_nothing(self):
        self.assertEqual(self.missing(HARDENED), [])

    def test_names_all_that_a_bare_program_lacks(self):
        self.assertEqual(self.missing(BARE), ['position independent (PIE)', 'RELRO segment', 'symbols bound at start (NOW)',
                                              'stack not executable', 'stack protector', 'FORTIFY', 'no run path'])


if __name__ == '__main__':
    unittest.main()
