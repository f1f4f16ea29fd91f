// A small relief painter: shapes are vector paths, each shape gets a height field, and light from the upper left shades it.
// Runs in a browser page without any dependency. All lengths are in picture units; the view scales them.
const View = { W: 1200, H: 1500, k: 1, ox: 0, oy: 0 };
function setView(W, H, k = 1, ox = 0, oy = 0) { Object.assign(View, { W, H, k, ox, oy }); }

function canvas() {
  const c = document.createElement('canvas');
  c.width = View.W; c.height = View.H;
  const x = c.getContext('2d', { willReadFrequently: true });
  x.setTransform(View.k, 0, 0, View.k, -View.ox * View.k, -View.oy * View.k);
  x.lineCap = 'round'; x.lineJoin = 'round';
  return x;
}

// ---- random and noise, always the same
function seeded(seed) {
  let a = seed >>> 0;
  return () => { a = (a + 0x6d2b79f5) >>> 0; let t = Math.imul(a ^ (a >>> 15), 1 | a); t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t; return ((t ^ (t >>> 14)) >>> 0) / 4294967296; };
}
function hash(ix, iy) { let h = Math.imul(ix, 374761393) + Math.imul(iy, 668265263); h = Math.imul(h ^ (h >>> 13), 1274126177); return ((h ^ (h >>> 16)) >>> 0) / 4294967296; }
function noise(x, y) {
  const ix = Math.floor(x), iy = Math.floor(y); let u = x - ix, v = y - iy;
  u = u * u * (3 - 2 * u); v = v * v * (3 - 2 * v);
  const a = hash(ix, iy), b = hash(ix + 1, iy), c = hash(ix, iy + 1), d = hash(ix + 1, iy + 1);
  return a + (b - a) * u + (c - a) * v + (a - b - c + d) * u * v;
}
function fbm(x, y, n = 4) { let s = 0, a = 0.5; for (let i = 0; i < n; i++) { s += a * noise(x, y); x = x * 2.03 + 17.1; y = y * 2.03 + 9.7; a *= 0.5; } return s; }
const clamp = (v, a = 0, b = 1) => (v < a ? a : v > b ? b : v);
const mix = (a, b, t) => a + (b - a) * t;
const smooth = (a, b, v) => { const t = clamp((v - a) / (b - a)); return t * t * (3 - 2 * t); };

// ---- colour
const LIN = new Float32Array(256);
for (let i = 0; i < 256; i++) { const v = i / 255; LIN[i] = v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4); }
function toSrgb(v) { v = v < 0 ? 0 : v > 1 ? 1 : v; return 255 * (v <= 0.0031308 ? v * 12.92 : 1.055 * Math.pow(v, 1 / 2.4) - 0.055); }
function hexToLin(h) { return [1, 3, 5].map((i) => LIN[parseInt(h.slice(i, i + 2), 16)]); }
function shadeHex(h, f) { return '#' + [1, 3, 5].map((i) => Math.round(clamp(parseInt(h.slice(i, i + 2), 16) * f, 0, 255)).toString(16).padStart(2, '0')).join(''); }
function mixHex(a, b, t) { return '#' + [1, 3, 5].map((i) => Math.round(mix(parseInt(a.slice(i, i + 2), 16), parseInt(b.slice(i, i + 2), 16), t)).toString(16).padStart(2, '0')).join(''); }

// ---- masks
function draw(x, d, w) {
  if (typeof d === 'function') return d(x);
  if (Array.isArray(d)) return d.forEach((e) => draw(x, e, w));
  if (typeof d === 'object') { x.save(); if (d.o !== undefined) x.globalAlpha = d.o; if (d.dash) x.setLineDash(d.dash); if (d.cap) x.lineCap = d.cap; draw(x, d.d, d.w); x.restore(); return; }
  const p = new Path2D(d);
  if (w) { x.lineWidth = w; x.stroke(p); } else x.fill(p);
}
function mask(d) {
  const x = canvas(); x.fillStyle = x.strokeStyle = '#fff'; draw(x, d);
  const p = x.getImageData(0, 0, View.W, View.H).data, m = new Float32Array(View.W * View.H);
  for (let i = 0, j = 3; i < m.length; i++, j += 4) m[i] = p[j] / 255;
  return m;
}
function blur(src, sigma) {
  const r = Math.round(sigma * View.k), { W, H } = View;
  if (r < 1) return src.slice();
  let a = src.slice(), b = new Float32Array(a.length); const inv = 1 / (2 * r + 1);
  for (let pass = 0; pass < 3; pass++) {
    for (let y = 0; y < H; y++) {
      const o = y * W; let s = a[o] * (r + 1); for (let i = 1; i <= r; i++) s += a[o + Math.min(i, W - 1)];
      for (let x = 0; x < W; x++) { b[o + x] = s * inv; s += a[o + Math.min(x + r + 1, W - 1)] - a[o + Math.max(x - r, 0)]; }
    }
    const col = new Float32Array(W);
    for (let x = 0; x < W; x++) { let s = b[x] * (r + 1); for (let i = 1; i <= r; i++) s += b[Math.min(i, H - 1) * W + x]; col[x] = s; }
    for (let y = 0; y < H; y++) {
      const o = y * W, add = Math.min(y + r + 1, H - 1) * W, sub = Math.max(y - r, 0) * W;
      for (let x = 0; x < W; x++) { a[o + x] = col[x] * inv; col[x] += b[add + x] - b[sub + x]; }
    }
  }
  return a;
}
function shift(m, dx, dy) {
  const { W, H, k } = View; dx = Math.round(dx * k); dy = Math.round(dy * k);
  const o = new Float32Array(m.length);
  for (let y = Math.max(0, dy); y < Math.min(H, H + dy); y++) for (let x = Math.max(0, dx); x < Math.min(W, W + dx); x++) o[y * W + x] = m[(y - dy) * W + x - dx];
  return o;
}

const LIGHT = (() => { const v = [-0.52, -0.6, 0.85], l = Math.hypot(...v); return v.map((e) => e / l); })();
const HALF = (() => { const v = [LIGHT[0], LIGHT[1], LIGHT[2] + 1], l = Math.hypot(...v); return v.map((e) => e / l); })();

class Scene {
  constructor() { const n = View.W * View.H; this.c = [new Float32Array(n), new Float32Array(n), new Float32Array(n)]; this.a = new Float32Array(n); }

  /** Paints a flat backdrop. */
  backdrop(fn) {
    const x = canvas(); fn(x); const p = x.getImageData(0, 0, View.W, View.H).data;
    for (let i = 0, j = 0; i < this.a.length; i++, j += 4) { for (let q = 0; q < 3; q++) this.c[q][i] = LIN[p[j + q]]; this.a[i] = 1; }
    return this;
  }
  /** Multiplies the picture by a blurred shape; o > 0 darkens, o < 0 brightens. */
  light(d, sigma, o, tint = [1, 1, 1]) {
    const m = blur(mask(d), sigma);
    for (let i = 0; i < m.length; i++) if (m[i] > 0.0005) for (let q = 0; q < 3; q++) this.c[q][i] *= 1 - o * m[i] * tint[q];
    return this;
  }
  /** A shadow on the floor or wall. */
  shadow(d, sigma, o, tint = [0.92, 1, 1.04]) { return this.light(d, sigma, o, tint); }
  /** Adds light. */
  glow(d, sigma, rgb) {
    const m = blur(mask(d), sigma);
    for (let i = 0; i < m.length; i++) if (m[i] > 0.0005) for (let q = 0; q < 3; q++) this.c[q][i] += rgb[q] * m[i];
    return this;
  }

  add(o) {
    const { W, H, k, ox, oy } = View, n = W * H;
    let m = mask(o.d);
    if (o.clip) { const c = mask(o.clip); for (let i = 0; i < n; i++) m[i] *= c[i]; }
    if (o.cut) { const c = mask(o.cut); for (let i = 0; i < n; i++) m[i] *= 1 - c[i]; }
    for (const s of o.shadow || []) {
      const sm = blur(shift(m, s.dx || 0, s.dy || 0), s.b), lim = s.on ? mask(s.on) : null, t = s.tint || [0.92, 1, 1.04];
      for (let i = 0; i < n; i++) if (sm[i] > 0.001) { const f = s.o * sm[i] * (lim ? lim[i] : 1); for (let q = 0; q < 3; q++) this.c[q][i] *= 1 - f * t[q]; }
    }
    // height
    const h = new Float32Array(n);
    for (const e of o.soft || []) { const b = blur(m, e.r); for (let i = 0; i < n; i++) h[i] += e.a * b[i]; }
    for (const e of o.round || []) {
      const b = blur(m, e.r);
      for (let i = 0; i < n; i++) { const t = clamp(2 * b[i] - 1); h[i] += e.a * Math.sqrt(t * (2 - t)); }
    }
    if (o.revolve) {
      const s = o.revolve === true ? 1 : o.revolve;
      for (let y = 0; y < H; y++) {
        let l = -1, r = -1; for (let x = 0; x < W; x++) if (m[y * W + x] > 0.5) { if (l < 0) l = x; r = x; }
        if (l < 0) continue; const cx = (l + r) / 2, R = (r - l) / 2 + 1;
        for (let x = Math.max(0, l - 2); x <= Math.min(W - 1, r + 2); x++) { const u = clamp((x - cx) / R, -1, 1); h[y * W + x] += (s * R * Math.sqrt(Math.max(0, 1 - u * u))) / k; }
      }
      if (o.revolveBlur) { const b = blur(h, o.revolveBlur); h.set(b); }
    }
    for (const f of o.folds || []) {
      for (const sign of [1, -1]) {
        const list = f.s.filter((e) => (e.a ?? 1) * sign > 0); if (!list.length) continue;
        const x = canvas(); x.fillStyle = x.strokeStyle = '#fff'; x.globalCompositeOperation = 'lighter';
        for (const e of list) { x.globalAlpha = Math.min(1, Math.abs(e.a ?? 1)); draw(x, e.d, e.w); }
        const p = x.getImageData(0, 0, W, H).data, t = new Float32Array(n);
        for (let i = 0, j = 3; i < n; i++, j += 4) t[i] = p[j] / 255;
        const b = blur(t, f.b); for (let i = 0; i < n; i++) h[i] += sign * f.a * b[i];
      }
    }
    if (o.fn) for (let y = 0; y < H; y++) for (let x = 0; x < W; x++) { const i = y * W + x; if (m[i] > 0) h[i] += o.fn(x / k + ox, y / k + oy); }
    let cav = null; if (o.cavity) { cav = blur(h, o.cavity.r); }
    // albedo
    let px = null, base = null;
    if (typeof o.fill === 'function') { const x = canvas(); o.fill(x); px = x.getImageData(0, 0, W, H).data; } else base = hexToLin(o.fill);
    const amb = o.amb ?? 0.42, spec = o.spec || 0, gloss = o.gloss || 20, al = o.alpha ?? 1, bounce = o.bounce ?? 0.05, tone = o.tone ?? 1, sheen = o.sheen || 0;
    for (let y = 0; y < H; y++) for (let x = 0; x < W; x++) {
      const i = y * W + x, a = m[i] * al; if (a <= 0.002) continue;
      const xl = x > 0 ? i - 1 : i, xr = x < W - 1 ? i + 1 : i, yu = y > 0 ? i - W : i, yd = y < H - 1 ? i + W : i;
      const gx = (h[xr] - h[xl]) * 0.5 * k, gy = (h[yd] - h[yu]) * 0.5 * k, inv = 1 / Math.sqrt(gx * gx + gy * gy + 1);
      const nx = -gx * inv, ny = -gy * inv, nz = inv;
      let d = (nx * LIGHT[0] + ny * LIGHT[1] + nz * LIGHT[2]) / LIGHT[2]; if (d < 0) d = 0; if (d > 1.3) d = 1.3;
      let s = amb + (1 - amb) * d + bounce * Math.max(0, nx) + bounce * 0.6 * Math.max(0, ny);
      if (cav) s *= clamp(1 + (h[i] - cav[i]) * o.cavity.a, 0.55, 1.15);
      let sp = 0; if (spec) { const e = nx * HALF[0] + ny * HALF[1] + nz * HALF[2]; if (e > 0) sp = spec * Math.pow(e, gloss); }
      if (sheen) sp += sheen * Math.pow(1 - nz, 2);
      if (s < 0.02) s = 0.02; s *= tone;
      const dark = Math.min(1, s), e0 = Math.pow(dark, -0.1), e2 = Math.pow(dark, 0.1);
      let r, g, b;
      if (px) {
        let j = i * 4;
        if (o.warp) { const [wx, wy] = o.warp(x / k + ox, y / k + oy); const sx = clamp(Math.round(x + wx * k), 0, W - 1), sy = clamp(Math.round(y + wy * k), 0, H - 1); j = (sy * W + sx) * 4; }
        r = LIN[px[j]]; g = LIN[px[j + 1]]; b = LIN[px[j + 2]];
      } else [r, g, b] = base;
      const inva = 1 - a, A0 = this.a[i], A = a + A0 * inva;
      const put = (q, v) => { this.c[q][i] = (v * a + this.c[q][i] * A0 * inva) / (A || 1); };
      const st = o.specTint || [1, 0.98, 0.94];
      put(0, r * s * e0 + sp * st[0]); put(1, g * s + sp * st[1]); put(2, b * s * e2 + sp * st[2]); this.a[i] = A;
    }
    return this;
  }

  /** Stitches, prints and other thin marks that need no relief. */
  marks(fn, o = 1) {
    const x = canvas(); fn(x); const p = x.getImageData(0, 0, View.W, View.H).data;
    for (let i = 0, j = 0; i < this.a.length; i++, j += 4) { const a = (p[j + 3] / 255) * o; if (a > 0) for (let q = 0; q < 3; q++) this.c[q][i] = mix(this.c[q][i], LIN[p[j + q]], a); }
    return this;
  }
  /** A dashed thread with its little dent, for seams. */
  stitch(d, colour = '#f3e3c3', w = 3, dash = [11, 8]) {
    this.marks((x) => { x.strokeStyle = '#000'; x.lineWidth = w * 1.5; x.setLineDash(dash); x.translate(0.8, 1.6); x.stroke(new Path2D(d)); }, 0.28);
    return this.marks((x) => { x.strokeStyle = colour; x.lineWidth = w; x.setLineDash(dash); x.stroke(new Path2D(d)); }, 0.85);
  }

  toCanvas({ grain = 0.6, vignette = 0.1 } = {}) {
    const { W, H } = View, c = document.createElement('canvas'); c.width = W; c.height = H; const x = c.getContext('2d'), im = x.createImageData(W, H), p = im.data;
    for (let y = 0; y < H; y++) for (let q = 0; q < W; q++) {
      const i = y * W + q, j = i * 4, dx = q / W - 0.5, dy = y / H - 0.5, v = 1 - vignette * Math.pow((dx * dx + dy * dy) * 2, 1.4) * 2;
      const g = (hash(q, y) - 0.5 + hash(q + 911, y + 77) - 0.5) * grain;
      for (let b = 0; b < 3; b++) p[j + b] = toSrgb(this.c[b][i] * v) + g; p[j + 3] = this.a[i] * 255;
    }
    x.putImageData(im, 0, 0); return c;
  }
}

// ---- path helpers
/** Right half, mirrored: start [dx,y], then segments [dx,y] or [c1x,c1y,c2x,c2y,dx,y]; dx counts from cx. */
function sym(cx, start, segs) {
  let d = `M${cx + start[0]} ${start[1]}`; const pts = [start];
  for (const s of segs) { d += s.length === 2 ? `L${cx + s[0]} ${s[1]}` : `C${cx + s[0]} ${s[1]} ${cx + s[2]} ${s[3]} ${cx + s[4]} ${s[5]}`; pts.push(s.slice(-2)); }
  const last = pts[pts.length - 1]; d += `L${cx - last[0]} ${last[1]}`;
  for (let i = segs.length - 1; i >= 0; i--) { const s = segs[i], e = pts[i]; d += s.length === 2 ? `L${cx - e[0]} ${e[1]}` : `C${cx - s[2]} ${s[3]} ${cx - s[0]} ${s[1]} ${cx - e[0]} ${e[1]}`; }
  return d + 'Z';
}
/** A fold: a wedge along a curve, w0 wide at its start and w1 at its end. */
function wedge(x0, y0, cx, cy, x1, y1, w0, w1) {
  const l = [], r = [];
  for (let i = 0; i <= 14; i++) {
    const t = i / 14, u = 1 - t, x = u * u * x0 + 2 * u * t * cx + t * t * x1, y = u * u * y0 + 2 * u * t * cy + t * t * y1;
    const tx = 2 * u * (cx - x0) + 2 * t * (x1 - cx), ty = 2 * u * (cy - y0) + 2 * t * (y1 - cy), n = Math.hypot(tx, ty) || 1, w = mix(w0, w1, t) / 2;
    l.push([x - (ty / n) * w, y + (tx / n) * w]); r.unshift([x + (ty / n) * w, y - (tx / n) * w]);
  }
  return 'M' + l.concat(r).map((p) => p.map((v) => v.toFixed(1)).join(' ')).join('L') + 'Z';
}
const flip = (d, cx) => { let odd = 0; return d.replace(/-?\d+(\.\d+)?/g, (v) => (odd++ % 2 === 0 ? String(2 * cx - Number(v)) : v)); }; // only M L C Q paths with absolute points
const ellipse = (x, y, a, b) => `M${x - a} ${y}A${a} ${b} 0 1 0 ${x + a} ${y}A${a} ${b} 0 1 0 ${x - a} ${y}Z`;
const rrect = (x, y, w, h, r) => `M${x + r} ${y}H${x + w - r}Q${x + w} ${y} ${x + w} ${y + r}V${y + h - r}Q${x + w} ${y + h} ${x + w - r} ${y + h}H${x + r}Q${x} ${y + h} ${x} ${y + h - r}V${y + r}Q${x} ${y} ${x + r} ${y}Z`;

// ---- surfaces (height functions)
const leather = (s = 1, a = 0.55) => (x, y) => a * (fbm(x / (7 * s), y / (7 * s), 3) + 0.5 * noise(x / (2.6 * s), y / (2.6 * s)));
const weave = (p = 5, a = 0.35) => (x, y) => a * (Math.sin((x * Math.PI) / p) * Math.sin((y * Math.PI) / p)) + a * 1.3 * noise(x / 3, y / 60) + a * 1.3 * noise(x / 60, y / 3);
const felt = (a = 0.5) => (x, y) => a * fbm(x / 5, y / 5, 3) + a * 2 * noise(x / 28, y / 28);
const stone = (a = 0.5) => (x, y) => a * fbm(x / 4, y / 4, 3) + a * 1.4 * noise(x / 30, y / 12);
/** Stockinette: columns of V stitches; (w, hh) is one stitch. */
const knit = (w = 20, hh = 16, a = 3, ang = 0) => { const c = Math.cos(ang), s = Math.sin(ang); return (x0, y0) => {
  const x = x0 * c + y0 * s, y = -x0 * s + y0 * c, u = x / w - Math.floor(x / w), half = u < 0.5 ? u * 2 : 2 - u * 2; // 0 at the edge, 1 in the middle of the V
  const v = y / hh + half * -0.85; const t = v - Math.floor(v);
  return a * Math.pow(Math.sin(Math.PI * t), 0.7) * (0.35 + 0.65 * Math.sqrt(Math.sin(Math.PI * clamp(u < 0.5 ? u * 2 : u * 2 - 1, 0.001, 0.999)))); }; };
const rib = (w = 22, a = 4, hh = 14, ang = 0) => { const c = Math.cos(ang), s = Math.sin(ang); return (x0, y0) => { const x = x0 * c + y0 * s, y = -x0 * s + y0 * c; const r = Math.sin((x * 2 * Math.PI) / w); const t = y / hh - Math.floor(y / hh) ; return a * (0.5 + 0.5 * r) + (r > 0 ? a * 0.22 * r * Math.sin(Math.PI * t) : 0); }; };
const sum = (...f) => (x, y) => { let s = 0; for (const e of f) s += e(x, y); return s; };

// ---- the studio
function studio({ wall, floor, y = 1190, gobo = 'window', seed = 1, lightO = 0.26 }) {
  const s = new Scene();
  s.backdrop((x) => {
    let g = x.createLinearGradient(0, 0, 300, 1500); g.addColorStop(0, wall[0]); g.addColorStop(1, wall[1]); x.fillStyle = g; x.fillRect(-200, -200, 1700, 2000);
    if (floor) {
      g = x.createLinearGradient(0, y - 26, 0, 1500); g.addColorStop(0, wall[1]); g.addColorStop(0.09, floor[0]); g.addColorStop(1, floor[1]); x.globalAlpha = 1; x.fillStyle = g; x.fillRect(-200, y - 26, 1700, 900);
    }
    g = x.createRadialGradient(330, 330, 50, 330, 330, 1100); g.addColorStop(0, 'rgba(255,250,238,.5)'); g.addColorStop(1, 'rgba(255,250,238,0)'); x.fillStyle = g; x.fillRect(-200, -200, 1700, 2000);
  });
  if (floor) s.shadow(`M-100 ${y - 6}H1300V${y + 60}H-100Z`, 26, 0.1);
  if (gobo === 'window') {
    const q = (x, yy, w, h) => `M${x} ${yy}L${x + w} ${yy + w * 0.12}L${x + w + h * 0.38} ${yy + h + w * 0.12}L${x + h * 0.38} ${yy + h}Z`;
    s.light([q(90, -60, 230, 330), q(345, -28, 230, 330), q(235, 325, 230, 400), q(490, 357, 230, 400), q(410, 785, 230, 330), q(665, 815, 230, 330)], 20, -lightO, [1, 0.94, 0.8]);
  } else if (gobo === 'leaf') {
    const rnd = seeded(seed), leaves = [];
    for (let b = 0; b < 3; b++) { const bx = 640 + b * 190, by = -80 - b * 20; for (let i = 0; i < 13; i++) { const t = i / 12, x = bx + t * (260 - b * 60) * (b % 2 ? 1 : 0.6) + 20, y2 = by + t * 760, side = i % 2 ? 1 : -1, an = 0.9 + rnd() * 0.4, l = 120 * (1 - t * 0.45), ex = x + side * Math.sin(an) * l, ey = y2 + Math.cos(an) * l * 0.9; leaves.push(`M${x} ${y2}Q${(x + ex) / 2 + 26} ${(y2 + ey) / 2 - 34} ${ex} ${ey}Q${(x + ex) / 2 - 26} ${(y2 + ey) / 2 + 34} ${x} ${y2}Z`); } leaves.push({ d: `M${bx} ${by}Q${bx + 90} ${by + 300} ${bx + 190} ${by + 760}`, w: 7 }); }
    s.light('M-200 -200L760 -200L1100 1600L300 1600Z', 120, -lightO * 0.6, [1, 0.95, 0.82]);
    s.light(leaves, 11, 0.13, [0.95, 1, 1]);
  } else if (gobo === 'soft') s.light('M-100 -100L520 -100L1000 1500L-100 1500Z', 110, -lightO, [1, 0.95, 0.82]);
  return s;
}
const WALL_SHADOW = [{ dx: 46, dy: 58, b: 34, o: 0.3 }, { dx: 14, dy: 18, b: 10, o: 0.28 }];
const CONTACT = [{ dx: 4, dy: 7, b: 6, o: 0.34 }];
