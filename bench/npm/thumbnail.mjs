// sharp beside bench_image: node thumbnail.mjs FILE ROUNDS prints the median milliseconds to a WebP of 320 pixels, and the RSS in kB.
import { readFileSync } from 'node:fs';
import sharp from 'sharp';

const [file, rounds] = [process.argv[2], Number(process.argv[3])];
const times = [];
for (let i = 0; i < rounds; i += 1) {
  const began = performance.now();
  await sharp(file).resize(320, 320, { fit: 'inside' }).webp({ quality: 80 }).toBuffer();
  times.push(performance.now() - began);
}
times.sort((a, b) => a - b);
const peak = /^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'ascii'))[1];
console.log(`${times[times.length >> 1].toFixed(2)} ${peak}`);
