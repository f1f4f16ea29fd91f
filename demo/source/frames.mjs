// Renders frames of the clip: node frames.mjs folder [first-last]
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytes, page } from './render.mjs';

const [folder, range = '0-300'] = process.argv.slice(2);
const [first, end] = range.split('-').map(Number), step = 50, starts = [];
mkdirSync(folder, { recursive: true });
for (let a = first; a < end; a += step) starts.push(a);
await Promise.all([0, 1].map(async () => {
  for (let a; (a = starts.shift()) !== undefined; ) {
    const frames = (await page(`frames=${a}-${Math.min(end, a + step)}&q=0.97`)).split(/\s+/);
    frames.forEach((f, i) => writeFileSync(join(folder, `${String(a + i).padStart(3, '0')}.jpg`), bytes(f)));
  }
}));
