/**
 * Reads a QR code back from its pixels, as a telephone would, but for a clean one that lies straight.
 *
 * It knows versions 1 to 3 at error correction M, one block each; a test's addresses fit in those.
 * What is damaged is not corrected, so a single wrong module fails the test.
 */
import type { Locator } from "playwright-core";

type Modules = boolean[][];

/** Draws an image into a canvas and reads what stands in it. */
export async function readQr(image: Locator): Promise<string> {
  const drawn = await image.evaluate((element) => {
    const side = 740;
    const canvas = document.createElement("canvas");
    canvas.width = side;
    canvas.height = side;
    const pen = canvas.getContext("2d");
    if (!(element instanceof HTMLImageElement) || !pen) throw new Error("no image");
    pen.imageSmoothingEnabled = false;
    pen.drawImage(element, 0, 0, side, side);
    const { data } = pen.getImageData(0, 0, side, side);
    const dark: boolean[] = [];
    for (let at = 0; at < data.length; at += 4) dark.push((data[at] ?? 255) < 128);
    return { side, dark };
  });
  return decode(sample(drawn.dark, drawn.side));
}

/** Finds the first corner pattern, and from its size the modules. */
function sample(dark: boolean[], side: number): Modules {
  const isDark = (x: number, y: number) => dark[y * side + x] === true;
  let top = 0;
  while (!Array.from({ length: side }, (_, x) => isDark(x, top)).includes(true)) top += 1;
  let left = 0;
  while (!isDark(left, top)) left += 1;
  let right = left;
  while (isDark(right, top)) right += 1;
  const module = (right - left) / 7;
  const size = Math.round((side - 2 * left) / module);
  if (left < 4 * module - 1) throw new Error(`only ${left / module} modules of white around it`);
  const at = (n: number, from: number) => Math.round(from + (n + 0.5) * module);
  return Array.from({ length: size }, (_, row) =>
    Array.from({ length: size }, (_, column) => isDark(at(column, left), at(row, top))),
  );
}

/** ISO/IEC 18004, table 10. */
const MASKS: ((row: number, column: number) => boolean)[] = [
  (r, c) => (r + c) % 2 === 0,
  (r) => r % 2 === 0,
  (_, c) => c % 3 === 0,
  (r, c) => (r + c) % 3 === 0,
  (r, c) => (Math.floor(r / 2) + Math.floor(c / 3)) % 2 === 0,
  (r, c) => ((r * c) % 2) + ((r * c) % 3) === 0,
  (r, c) => (((r * c) % 2) + ((r * c) % 3)) % 2 === 0,
  (r, c) => (((r + c) % 2) + ((r * c) % 3)) % 2 === 0,
];

/** Modules that hold no data: corners with the format, timing, and the alignment pattern. */
function isFixed(row: number, column: number, size: number): boolean {
  const isCorner =
    (row < 9 && column < 9) || (row < 9 && column >= size - 8) || (row >= size - 8 && column < 9);
  const isAligning =
    size > 21 && Math.abs(row - (size - 7)) <= 2 && Math.abs(column - (size - 7)) <= 2;
  return isCorner || row === 6 || column === 6 || isAligning;
}

function decode(modules: Modules): string {
  const size = modules.length;
  if (![21, 25, 29].includes(size)) throw new Error(`a code of ${size} modules is not known here`);
  // The three bits of the mask, freed of the pattern 101 that the standard lays over them.
  const bit = (column: number) => (modules[8]?.[column] === true ? 1 : 0);
  const mask = MASKS[((bit(2) ^ 1) << 2) | (bit(3) << 1) | (bit(4) ^ 1)];
  const bits: number[] = [];
  let isUpward = true;
  for (let right = size - 1; right > 0; right -= 2) {
    // The timing column is passed over.
    if (right === 6) right = 5;
    for (let step = 0; step < size; step += 1) {
      const row = isUpward ? size - 1 - step : step;
      for (const column of [right, right - 1]) {
        if (isFixed(row, column, size)) continue;
        bits.push(modules[row]?.[column] === mask?.(row, column) ? 0 : 1);
      }
    }
    isUpward = !isUpward;
  }
  return readSegments(bits);
}

const ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/** The text in its segments: digits, capitals and signs, or bytes. */
function readSegments(bits: number[]): string {
  let at = 0;
  const take = (length: number) => {
    const value = bits.slice(at, at + length).reduce((sum, next) => sum * 2 + next, 0);
    at += length;
    return value;
  };
  let text = "";
  for (;;) {
    const mode = take(4);
    if (mode === 0) return text;
    if (mode === 1) {
      for (let left = take(10); left > 0; left -= 3) {
        const length = Math.min(left, 3);
        text += String(take([0, 4, 7, 10][length] ?? 0)).padStart(length, "0");
      }
    } else if (mode === 2) {
      for (let left = take(9); left > 0; left -= 2) {
        const value = take(left > 1 ? 11 : 6);
        if (left > 1) text += ALPHANUMERIC[Math.floor(value / 45)] ?? "?";
        text += ALPHANUMERIC[value % 45] ?? "?";
      }
    } else if (mode === 4) {
      for (let left = take(8); left > 0; left -= 1) text += String.fromCharCode(take(8));
    } else {
      throw new Error(`a segment of mode ${mode} is not known here`);
    }
  }
}
