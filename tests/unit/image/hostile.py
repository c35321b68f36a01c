#!/usr/bin/env python3
"""
Writes hostile pictures, one after the other, into a file: hostile.py OUTPUT

Each is a line "name expectation length" and the bytes. ok: it is a right picture, whatever else it is; bad: it must be
refused; any: both are right, as long as it is said and costs little. Made from one seed: the file is always the same.
"""
import random
import struct
import sys
import zlib

from hostile_seeds import SEEDS

SIGNATURE = b'\x89PNG\r\n\x1a\n'
CASES = []


def case(name, expectation, data):
    CASES.append((name, expectation, bytes(data)))


def chunk(kind, data=b'', length=None, crc=None):
    size = len(data) if length is None else length
    check = zlib.crc32(kind + data) if crc is None else crc
    return struct.pack('>I', size) + kind + data + struct.pack('>I', check)


def header(width=33, height=21, depth=8, colour=2, packing=0, filtering=0, interlace=0):
    return chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, depth, colour, packing, filtering, interlace))


def rows(width, height, bits, filters=(0, 1, 2, 3, 4)):
    size = (width * bits + 7) // 8
    noise = random.Random(width * height)
    return b''.join(bytes([filters[y % len(filters)]]) + noise.randbytes(size) for y in range(height))


RAW = rows(33, 21, 24)
IDAT = chunk(b'IDAT', zlib.compress(RAW))
IEND = chunk(b'IEND')


def png(*chunks, head=None):
    return SIGNATURE + (head or header()) + b''.join(chunks)


GOOD = png(IDAT, IEND)


def png_sizes():
    for width, height in [(0, 1), (1, 0), (0, 0), (2**31 - 1, 1), (2**31, 1), (2**32 - 1, 2**32 - 1), (30000, 30000),
                          (32768, 32768), (32769, 1), (1, 32769), (65535, 65535), (10001, 10000)]:
        case(f'png_size_{width}x{height}', 'bad', png(IDAT, IEND, head=header(width, height)))
    for depth in [0, 1, 2, 3, 4, 5, 7, 9, 16, 17, 32, 255]:
        case(f'png_depth_{depth}', 'bad', png(IDAT, IEND, head=header(depth=depth)))
    for colour in [1, 3, 5, 7, 8, 255]:
        case(f'png_colour_{colour}', 'bad', png(IDAT, IEND, head=header(colour=colour)))
    case('png_packing', 'bad', png(IDAT, IEND, head=header(packing=1)))
    case('png_filtering', 'bad', png(IDAT, IEND, head=header(filtering=1)))
    case('png_interlace_2', 'bad', png(IDAT, IEND, head=header(interlace=2)))
    case('png_interlace_lied', 'bad', png(IDAT, IEND, head=header(interlace=1)))


def png_cuts():
    inner = [header(), chunk(b'gAMA', struct.pack('>I', 45455)), chunk(b'tEXt', b'a\0b'), IDAT, IEND]
    ends = [8]
    for part in inner:
        ends += [ends[-1] + 4, ends[-1] + 8, ends[-1] + len(part) - 4, ends[-1] + len(part)]
    whole = SIGNATURE + b''.join(inner)
    for end in ends[:-1]:
        case(f'png_cut_{end}', 'bad', whole[:end])
    for end in range(len(GOOD) - 60, len(GOOD), 7):
        case(f'png_cut_late_{end}', 'bad', GOOD[:end])
    for name, at in [('ihdr', 29), ('idat', len(GOOD) - 16), ('iend', len(GOOD) - 4)]:
        case(f'png_crc_{name}', 'bad', GOOD[:at] + b'\0\0\0\1' + GOOD[at + 4:])
    case('png_crc_text', 'ok', png(chunk(b'tEXt', b'a\0b', crc=1), IDAT, IEND))


def png_bombs():
    zeros = zlib.compress(bytes(100_000_000), 9)
    case('png_bomb_idat', 'any', png(chunk(b'IDAT', zeros), IEND, head=header(16, 16)))
    case('png_bomb_claim', 'bad', png(chunk(b'IDAT', zlib.compress(b'\0' * 100)), IEND, head=header(9000, 9000)))
    packer = zlib.compressobj(9)
    deep = b''.join([packer.compress(bytes(1251)) for _ in range(9999)]) + packer.flush()
    case('png_bomb_bits', 'ok', png(chunk(b'IDAT', deep), IEND, head=header(9999, 9999, 1, 0)))
    case('png_bomb_itxt', 'ok', png(chunk(b'iTXt', b'parameters\0\1\0\0\0' + zeros), IDAT, IEND))
    case('png_bomb_ztxt', 'ok', png(chunk(b'zTXt', b'parameters\0\0' + zeros), IDAT, IEND))
    case('png_bomb_icc', 'ok', png(chunk(b'iCCP', b'icc\0\0' + zeros), IDAT, IEND))
    case('png_many_texts', 'ok', png(*[chunk(b'tEXt', b'k\0v')] * 5000, IDAT, IEND))
    case('png_many_bombs', 'ok', png(*[chunk(b'zTXt', b'k\0\0' + zeros[:50000])] * 200, IDAT, IEND))
    case('png_many_chunks', 'bad', png(*[chunk(b'teSt')] * 250_000, IDAT, IEND))
    case('png_empty_idats', 'ok', png(*[chunk(b'IDAT')] * 1000, IDAT, IEND))
    case('png_huge_text', 'ok', png(chunk(b'tEXt', b'parameters\0' + b'x' * 3_000_000), IDAT, IEND))
    case('png_long_keyword', 'ok', png(chunk(b'tEXt', b'k' * 5000 + b'\0v'), IDAT, IEND))


def png_order():
    for name, parts in {
            'no_idat': [IEND], 'no_end': [IDAT], 'two_headers': [header(), IDAT, IEND], 'end_first': [IEND, IDAT],
            'unknown_critical': [chunk(b'ABCD'), IDAT, IEND], 'apple': [chunk(b'CgBI', b'1234'), IDAT, IEND],
            'length_negative': [chunk(b'IDAT', RAW, length=2**32 - 1), IEND],
            'length_past_end': [chunk(b'IDAT', RAW, length=10**6), IEND],
            'palette_odd': [chunk(b'PLTE', b'1234'), IDAT, IEND],
            'not_deflate': [chunk(b'IDAT', b'hello world'), IEND],
            'dictionary': [chunk(b'IDAT', b'\x78\xbb' + zlib.compress(RAW)[2:]), IEND],
            'adler': [chunk(b'IDAT', zlib.compress(RAW)[:-4] + b'abcd'), IEND],
            'rows_missing': [chunk(b'IDAT', zlib.compress(RAW[:-200])), IEND],
            'filter_5': [chunk(b'IDAT', zlib.compress(rows(33, 21, 24, [5]))), IEND],
            'filter_255': [chunk(b'IDAT', zlib.compress(rows(33, 21, 24, [0, 255]))), IEND]}.items():
        case(f'png_{name}', 'any' if name in ('palette_odd', 'adler') else 'bad', png(*parts))
    case('png_header_late', 'bad', SIGNATURE + chunk(b'tEXt', b'a\0b') + header() + IDAT + IEND)
    case('png_split_idat', 'any', png(chunk(b'IDAT', IDAT[8:40]), chunk(b'tEXt', b'a\0b'),
                                      chunk(b'IDAT', IDAT[40:-4]), IEND))
    case('png_rows_extra', 'any', png(chunk(b'IDAT', zlib.compress(RAW + bytes(5000))), IEND))
    case('png_small_window', 'any', png(chunk(b'IDAT', b'\x08\x1d' + zlib.compress(RAW)[2:]), IEND))
    case('png_late_palette', 'any', png(IDAT, chunk(b'PLTE', b'123'), IEND))
    case('png_late_trns', 'any', png(IDAT, chunk(b'tRNS', b'123456'), IEND))


def png_palettes():
    for depth in [1, 2, 4, 8]:
        data = chunk(b'IDAT', zlib.compress(rows(33, 21, depth, [0])))
        head = header(depth=depth, colour=3)
        for name, parts in {'none': [], 'short': [chunk(b'PLTE', b'abc')], 'long': [chunk(b'PLTE', b'abc' * 300)],
                            'twice': [chunk(b'PLTE', b'abc')] * 2,
                            'trns_long': [chunk(b'PLTE', b'abc'), chunk(b'tRNS', b'a' * 400)]}.items():
            case(f'png_palette_{depth}_{name}', 'bad' if name == 'none' else 'any', png(*parts, data, IEND, head=head))


def tiff(entries, next_directory=8, start=8):
    body = struct.pack('>2sHIH', b'MM', 42, start, len(entries))
    return body + b''.join(struct.pack('>HHII', *entry) for entry in entries) + struct.pack('>I', next_directory)


def profile(tags, size=None):
    head = struct.pack('>I8x4s4s4s12x4s', size or 500, b'mntr', b'RGB ', b'XYZ ', b'acsp')
    data = head + bytes(128 - len(head)) + struct.pack('>I', len(tags))
    return data + b''.join(struct.pack('>4sII', *tag) for tag in tags)


EXIFS = {
    'loop': tiff([(0x8769, 4, 1, 8)]), 'far': tiff([(0x8769, 4, 1, 2**32 - 1)]), 'start_far': tiff([], start=2**32 - 1),
    'count': b'MM\0*\0\0\0\x08\xff\xff', 'short': b'MM\0*\0\0', 'empty': b'', 'other': b'XX\0*\0\0\0\x08',
    'comment_far': tiff([(0x8769, 4, 1, 8), (0x9286, 7, 2**32 - 1, 2**32 - 9)]), 'type': tiff([(0x0112, 99, 1, 6 << 16)]),
    'many': tiff([(0x8769, 4, 1, 8)] * 3000), 'comment': tiff([(0x8769, 4, 1, 8), (0x9286, 7, 40, 0)]),
}
NAMES = [b'rTRC', b'gTRC', b'bTRC', b'rXYZ', b'gXYZ', b'bXYZ']
PROFILES = {
    'itself': profile([(name, 0, 300) for name in NAMES]), 'far': profile([(name, 2**32 - 4, 20) for name in NAMES]),
    'size': profile([(name, 204, 2**32 - 1) for name in NAMES]), 'tags': profile([]) [:-4] + b'\xff\xff\xff\xff',
    'points': profile([(name, 204, 60) for name in NAMES]) + b'curv\0\0\0\0\xff\xff\xff\xff' + bytes(60),
    'formula': profile([(name, 204, 60) for name in NAMES]) + b'para\0\0\0\0\0\x09\0\0' + bytes(60),
    'zeros': profile([(name, 204, 60) for name in NAMES[:3]] + [(name, 264, 20) for name in NAMES[3:]]) +
             b'para\0\0\0\0\0\3\0\0' + b'\x80\0\0\0' * 12 + b'XYZ ' + b'\x80' * 16,
    'empty': b'', 'short': b'acsp',
}


def riff(name, data):
    return name + struct.pack('<I', len(data)) + data + b'\0' * (len(data) % 2)


def webp(*chunks):
    return riff(b'RIFF', b'WEBP' + b''.join(chunks))


def extended(flags, width, height):
    return riff(b'VP8X', struct.pack('<I', flags) + struct.pack('<I', width - 1)[:3] + struct.pack('<I', height - 1)[:3])


def segment(marker, data):
    return struct.pack('>BBH', 255, marker, len(data) + 2) + data


def metadata():
    jpeg, still = SEEDS['jpeg'], SEEDS['webp'][12:]
    for name, exif in EXIFS.items():
        case(f'png_exif_{name}', 'ok', png(chunk(b'eXIf', exif), IDAT, IEND))
        case(f'jpeg_exif_{name}', 'ok', jpeg[:2] + segment(0xE1, b'Exif\0\0' + exif[:60000]) + jpeg[2:])
        case(f'webp_exif_{name}', 'any', webp(extended(8, 40, 24), still, riff(b'EXIF', exif)))
    for name, icc in PROFILES.items():
        case(f'png_icc_{name}', 'ok', png(chunk(b'iCCP', b'icc\0\0' + zlib.compress(icc)), IDAT, IEND))
        case(f'jpeg_icc_{name}', 'ok', jpeg[:2] + segment(0xE2, b'ICC_PROFILE\0\1\1' + icc) + jpeg[2:])
        case(f'webp_icc_{name}', 'any', webp(extended(32, 40, 24), riff(b'ICCP', icc), still))
    for name, value in [('zero', 0), ('one', 1), ('huge', 2**32 - 1)]:
        case(f'png_gamma_{name}', 'ok', png(chunk(b'gAMA', struct.pack('>I', value)), IDAT, IEND))
        case(f'png_chrm_{name}', 'ok', png(chunk(b'cHRM', struct.pack('>I', value) * 8), IDAT, IEND))


def jpegs():
    jpeg, progressive = SEEDS['jpeg'], SEEDS['jpeg_progressive']
    for name in ['jpeg', 'jpeg_progressive', 'jpeg_cmyk']:
        case(f'{name}_sound', 'ok', SEEDS[name])
        for part in range(1, 12):
            case(f'{name}_cut_{part}', 'bad', SEEDS[name][:len(SEEDS[name]) * part // 12])
    at = jpeg.index(b'\xff\xc0')
    for width, height in [(0, 24), (40, 0), (65535, 65535), (65500, 65500), (32769, 1)]:
        case(f'jpeg_size_{width}x{height}', 'bad', jpeg[:at + 5] + struct.pack('>HH', height, width) + jpeg[at + 9:])
    for depth in [0, 7, 12, 16]:
        case(f'jpeg_depth_{depth}', 'bad', jpeg[:at + 4] + bytes([depth]) + jpeg[at + 5:])
    case('jpeg_arithmetic', 'any', jpeg[:at + 1] + b'\xc9' + jpeg[at + 2:])
    case('jpeg_lossless', 'bad', jpeg[:at + 1] + b'\xc3' + jpeg[at + 2:])
    scan = jpeg.index(b'\xff\xda')
    restarts = b''.join(b'\xff' + bytes([0xD0 + i % 8]) for i in range(1000))
    case('jpeg_restarts', 'any', jpeg[:-2] + restarts + b'\xff\xd9')
    case('jpeg_restarts_early', 'any', jpeg[:scan + 14] + restarts + jpeg[scan + 14:])
    first = progressive.index(b'\xff\xda')
    second = progressive.index(b'\xff\xda', first + 2)
    case('jpeg_many_scans', 'bad', progressive[:second] + progressive[first:second] * 3000 + b'\xff\xd9')
    case('jpeg_no_tables', 'bad', jpeg[:2] + jpeg[at:])
    case('jpeg_many_comments', 'ok', jpeg[:2] + segment(0xFE, b'x' * 1000) * 2000 + jpeg[2:])
    case('jpeg_segment_zero', 'any', jpeg[:2] + b'\xff\xe1\0\0' + jpeg[2:])
    case('jpeg_two', 'ok', jpeg + jpeg)
    for name, numbers in [('missing', (1, 3)), ('zero', (0, 0)), ('past', (9, 2))]:
        part = segment(0xE2, b'ICC_PROFILE\0' + bytes(numbers) + b'x' * 200)
        case(f'jpeg_icc_{name}', 'ok', jpeg[:2] + part * 2 + jpeg[2:])


def webps():
    for name in ['webp', 'webp_lossless', 'webp_alpha']:
        case(f'{name}_sound', 'ok', SEEDS[name])
        for part in range(1, 12):
            case(f'{name}_cut_{part}', 'bad', SEEDS[name][:len(SEEDS[name]) * part // 12])
    still = SEEDS['webp'][12:]
    for width, height in [(1 << 24, 1 << 24), (16384, 16384), (41, 24), (1, 1)]:
        case(f'webp_canvas_{width}x{height}', 'bad', webp(extended(0, width, height), still))
    frame = struct.pack('<I', 0)[:3] * 2 + struct.pack('<I', 39)[:3] + struct.pack('<I', 23)[:3] + b'\x64\0\0\0'
    head = riff(b'ANIM', bytes(6))
    case('webp_animation', 'ok', webp(extended(2, 40, 24), head, *[riff(b'ANMF', frame + still)] * 50))
    case('webp_animation_empty', 'bad', webp(extended(2, 40, 24), head))
    case('webp_animation_outside', 'bad', webp(extended(2, 20, 12), head, riff(b'ANMF', frame + still)))
    case('webp_animation_large', 'bad', webp(extended(2, 16384, 16384), head, riff(b'ANMF', frame + still)))
    case('webp_riff_long', 'bad', SEEDS['webp'][:4] + struct.pack('<I', 10**9) + SEEDS['webp'][8:])
    case('webp_riff_short', 'bad', SEEDS['webp'][:4] + struct.pack('<I', 20) + SEEDS['webp'][8:])
    case('webp_nothing', 'bad', webp())


def strangers():
    script = b'<html><script>alert(1)</script></html>'
    zipped = b'PK\3\4' + bytes(26) + b'PK\5\6' + bytes(18)
    for name, data in {
            'svg': b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 'html': script,
            'doctype': b'\n\n<!DOCTYPE html>' + script, 'xml_svg': b'<?xml version="1.0"?><svg/>', 'pdf': b'%PDF-1.7\n',
            'gif': b'GIF89a' + bytes(20), 'gif_script': b'GIF89a/*' + bytes(9) + b'*/=1;alert(1)',
            'avif': b'\0\0\0\x20ftypavif' + bytes(20), 'heic': b'\0\0\0\x20ftypheic' + bytes(20), 'zip': zipped,
            'mp4': b'\0\0\0\x20ftypisom' + bytes(20), 'bmp': b'BM' + bytes(60), 'tiff': b'II*\0' + bytes(60),
            'elf': b'\x7fELF' + bytes(60), 'text': b'hello', 'json': b'{"a":1}', 'zeros': bytes(1000), 'one': b'\x89',
            'signature': SIGNATURE, 'soi': b'\xff\xd8\xff', 'riff': b'RIFF\0\0\0\0WEBP', 'mng': b'\x8aMNG\r\n\x1a\n'}.items():
        case(f'stranger_{name}', 'bad', data)
    for name, data in {'html': script, 'zip': zipped, 'php': b'<?php system($_GET[0]); ?>', 'js': b'*/alert(1)//'}.items():
        case(f'polyglot_png_{name}', 'ok', GOOD + data)
        case(f'polyglot_text_{name}', 'ok', png(chunk(b'tEXt', b'Comment\0' + data), IDAT, IEND))
        case(f'polyglot_jpeg_{name}', 'ok', SEEDS['jpeg'][:2] + segment(0xFE, data) + SEEDS['jpeg'][2:] + data)
    control = chunk(b'acTL', struct.pack('>II', 10**9, 0))
    case('apng', 'ok', png(control, IDAT, chunk(b'fdAT', bytes(4) + IDAT[8:-4]), IEND))


def mutations():
    source = random.Random(20261121)
    bases = {'png': GOOD, **SEEDS}
    for name, base in bases.items():
        for number in range(24):
            data = bytearray(base)
            for _ in range(source.choice([1, 2, 5, 20])):
                data[source.randrange(12, len(data))] = source.randrange(256)
            case(f'mutated_{name}_{number}', 'any', data)
    packed = bytearray(zlib.compress(RAW))
    for number in range(40):
        data = bytearray(packed)
        data[source.randrange(len(data))] ^= 1 << source.randrange(8)
        case(f'mutated_idat_{number}', 'any', png(chunk(b'IDAT', bytes(data)), IEND))


def main():
    for family in [png_sizes, png_cuts, png_bombs, png_order, png_palettes, metadata, jpegs, webps, strangers, mutations]:
        family()
    with open(sys.argv[1], 'wb') as out:
        for name, expectation, data in CASES:
            out.write(f'{name} {expectation} {len(data)}\n'.encode() + data)
    print(len(CASES), 'cases')


if __name__ == '__main__':
    main()
