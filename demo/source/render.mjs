// Renders the product pictures: node render.mjs [name ...] [--out folder] [--k 0.5]
// Needs Node 20 and a chromium on the PATH, nothing else.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

export function page(query) {
  const profile = mkdtempSync(join(tmpdir(), 'demo-pictures-'));
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', `--user-data-dir=${profile}`, '--dump-dom', `${pathToFileURL(join(here, 'page.html'))}?${query}`];
  return new Promise((done, fail) => execFile('chromium', args, { maxBuffer: 1 << 30 }, (error, out) => {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    if (error) return fail(error);
    const text = /<body>([\s\S]*?)<\/body>/.exec(out)?.[1].trim() ?? '';
    if (text.startsWith('ERROR')) return fail(new Error(text));
    done(text);
  }));
}
export const bytes = (url) => Buffer.from(url.slice(url.indexOf(',') + 1), 'base64');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const args = process.argv.slice(2), take = (name, other) => { const i = args.indexOf(name); return i < 0 ? other : args.splice(i, 2)[1]; };
  const out = take('--out', join(here, '..', 'images')), k = take('--k', '1'), quality = Number(take('--q', '0.82'));
  mkdirSync(out, { recursive: true });
  const names = args.length ? args : (await page('list=1')).split(' ');
  const todo = [...names], limit = 112 * 1024;
  await Promise.all([0, 1].map(async () => {
    for (let name; (name = todo.shift()); ) {
      let q = quality, jpeg;
      do { jpeg = bytes(await page(`pic=${name}&k=${k}&q=${q}`)); q -= 0.025; } while (jpeg.length > limit);
      writeFileSync(join(out, `${name}.jpg`), jpeg);
      console.log(name, jpeg.length);
    }
  }));
}
