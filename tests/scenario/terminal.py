#!/usr/bin/env python3
"""
Runs a program in a pseudo-terminal, copies what it writes to standard output, and ends with a line "#<exit code>".

usage: terminal.py [--columns N] [--after TEXT --type KEYS] -- PROGRAM ARG...
"""
import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

DEADLINE_S = 60


def run(program, columns, after, keys):
    child, master = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 10 * columns, 480))
        os.execv(program[0], program)
    seen, typed, end = b'', False, time.monotonic() + DEADLINE_S
    while time.monotonic() < end:
        if not select.select([master], [], [], 1)[0]:
            continue
        try:
            piece = os.read(master, 65536)
        except OSError:  # the other side is closed
            break
        if not piece:
            break
        seen += piece
        os.write(1, piece)
        if keys and not typed and after in seen:
            os.write(master, keys)
            typed = True
    else:
        os.kill(child, 9)
    status = os.waitpid(child, 0)[1]
    os.write(1, b'\n#%d' % (os.waitstatus_to_exitcode(status)))


def main(arguments):
    after = keys = b''
    columns = 80
    while arguments and arguments[0] != '--':
        option, value, *arguments = arguments
        if option == '--after':
            after = value.encode()
        elif option == '--type':
            keys = value.encode()
        elif option == '--columns':
            columns = int(value)
    run(arguments[1:], columns, after, keys)


if __name__ == '__main__':
    main(sys.argv[1:])
