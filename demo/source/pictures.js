// The product pictures. Each entry paints one 1200 x 1500 picture.
let VIEWK = 1;
/** zoom > 1 looks closer at the point (x, y). */
function view(zoom = 1, x = 600, y = 750) { const k = VIEWK * zoom; setView(Math.round(1200 * VIEWK), Math.round(1500 * VIEWK), k, x - 600 / zoom, y - 750 / zoom); }

const ROOM = {
  cream: { wall: ['#efe4d2', '#e2d1b8'], floor: ['#dcc9ae', '#cdb594'] },
  sage: { wall: ['#cfd3bf', '#b3baa0'], floor: ['#b9bda5', '#a0a68b'] },
  rose: { wall: ['#ecd3c5', '#dcb7a4'], floor: ['#d9b5a2', '#c69c86'] },
  clay: { wall: ['#d9a98a', '#c58c6b'], floor: ['#c28a6a', '#a87253'] },
  mist: { wall: ['#d5dbdc', '#b9c4c6'], floor: ['#bdc6c7', '#a3aeb0'] },
  straw: { wall: ['#f0dcae', '#e0c386'], floor: ['#dcbf84', '#c7a566'] },
  petrol: { wall: ['#9fb4b3', '#7f9997'], floor: ['#83999a', '#6b8281'] },
};
const WOOD = '#b98a5a', BRASS = '#c9a253';
const brass = { fill: BRASS, amb: 0.3, spec: 0.9, gloss: 26, specTint: [1, 0.9, 0.65] };

function woodGrain(x0, x1, base = WOOD) {
  return (x) => { x.fillStyle = base; x.fillRect(-2000, -2000, 6000, 6000); const r = seeded(7); for (let i = 0; i < 260; i++) { x.strokeStyle = r() > 0.5 ? shadeHex(base, 0.82) : shadeHex(base, 1.12); x.globalAlpha = 0.25; x.lineWidth = 1 + r() * 4; const y = r() * 1700, w = r() * 14; x.beginPath(); x.moveTo(-50, y); x.bezierCurveTo(300, y + w, 700, y - w, 1300, y + w); x.stroke(); } x.globalAlpha = 1; };
}
/** A peg on the wall and a wooden hanger. */
function hanger(s, cx, y, w = 250, drop = 62) {
  s.add({ d: { d: `M${cx} ${y - 4}C${cx + 2} ${y - 60} ${cx + 44} ${y - 58} ${cx + 40} ${y - 96}C${cx + 36} ${y - 130} ${cx - 18} ${y - 132} ${cx - 24} ${y - 96}`, w: 9 }, ...brass, round: [{ r: 4, a: 5 }], shadow: [{ dx: 22, dy: 26, b: 9, o: 0.3 }] });
  s.add({ d: ellipse(cx + 8, y - 128, 21, 21), fill: woodGrain(0, 0), round: [{ r: 12, a: 12 }], spec: 0.15, shadow: [{ dx: 22, dy: 26, b: 12, o: 0.4 }] });
  s.add({ d: sym(cx, [0, y - 26], [[26, y - 26, 40, y - 18, 70, y - 6], [w * 0.55, y + 12, w * 0.9, y + drop - 26, w, y + drop + 8], [w + 6, y + drop + 26, w - 10, y + drop + 34, w - 26, y + drop + 28], [w * 0.7, y + drop, w * 0.4, y + 34, 0, y + 26]]), fill: woodGrain(0, 0), round: [{ r: 14, a: 12 }], spec: 0.12, shadow: WALL_SHADOW });
}
/** Random hanging folds inside a body: wedges that widen downwards. */
function hangingFolds(seed, { x0, x1, y0, y1, n = 9, lean = 0.12, w = 26, cx = 600 }) {
  const r = seeded(seed), s = [];
  for (let i = 0; i < n; i++) { const t = (i + 0.3 + r() * 0.5) / n, xb = mix(x0, x1, t), xt = xb + (cx - xb) * lean * (1 + r()), ys = mix(y0, y1, r() * 0.45), a = (i % 2 ? -1 : 1) * (0.5 + r() * 0.5); s.push({ d: wedge(xt, ys, mix(xt, xb, 0.4) + (r() - 0.5) * 20, mix(ys, y1, 0.5), xb, y1 + 40, w * 0.3, w * (1 + r() * 0.9)), a }); }
  return s;
}
const swatch = (c) => (x) => { x.fillStyle = c; x.fillRect(-3000, -3000, 9000, 9000); };

// ---------------------------------------------------------------- linen shirt
function shirt(s, { colour = '#c9d6de', shade = 1, y = 0, amb = 0.5 } = {}) {
  const lin = weave(3.4, 0.22), cloth = { fill: colour, amb, fn: lin };
  hanger(s, 600, 306, 240, 44);
  // back of the collar and the inside
  s.add({ d: 'M512 262C540 236 660 236 688 262L676 330L604 470L524 330Z', fill: shadeHex(colour, 0.8), amb: 0.5, fn: lin, soft: [{ r: 14, a: 12 }], shadow: WALL_SHADOW });
  for (const m of [0, 1]) {
    const f = (d) => (m ? flip(d, 600) : d);
    s.add({ d: f('M842 330 C904 366 936 470 950 640 C962 790 974 940 992 1086 L884 1112 C866 960 836 800 824 690 C812 600 806 520 812 470 Z'), ...cloth, shadow: WALL_SHADOW, round: [{ r: 26, a: 20 }],
      folds: [{ b: 9, a: 15, s: [{ d: f(wedge(846, 430, 880, 600, 900, 760, 6, 34)) }, { d: f(wedge(900, 480, 922, 640, 930, 800, 6, 26)), a: -0.9 }, { d: f(wedge(860, 760, 890, 860, 958, 900, 10, 30)), a: 0.9 }, { d: f(wedge(870, 830, 900, 920, 962, 960, 8, 26)), a: -0.8 }, { d: f(wedge(930, 860, 944, 980, 950, 1060, 8, 24)), a: 0.8 }] }] });
    s.add({ d: f('M886 1096 L990 1072 L1000 1164 L898 1188 Z'), ...cloth, shadow: CONTACT, soft: [{ r: 10, a: 10 }] });
    s.stitch(f('M896 1110L990 1088'), shadeHex(colour, 0.8), 1.5, [5, 3.6]); s.stitch(f('M905 1174L994 1153'), shadeHex(colour, 0.8), 1.5, [5, 3.6]);
  }
  const body = sym(600, [74, 292], [[150, 306, 210, 318, 250, 340], [256, 420, 246, 520, 250, 600], [256, 800, 262, 960, 268, 1150], [262, 1200, 200, 1236, 120, 1236], [70, 1236, 30, 1226, 0, 1222]]);
  s.add({ d: body, cut: 'M526 280 L600 420 L674 280Z', ...cloth, shadow: WALL_SHADOW, round: [{ r: 20, a: 12 }],
    folds: [{ b: 12, a: 32, s: [...hangingFolds(4, { x0: 370, x1: 590, y0: 560, y1: 1220, n: 5, w: 30 }), ...hangingFolds(9, { x0: 620, x1: 840, y0: 540, y1: 1220, n: 5, w: 30 }), { d: wedge(368, 520, 420, 560, 520, 570, 6, 30), a: 0.7 }, { d: wedge(832, 520, 780, 566, 690, 590, 6, 30), a: 0.7 }, { d: wedge(366, 600, 410, 660, 450, 760, 8, 26), a: -0.7 }] },
      { b: 30, a: 44, s: [{ d: wedge(450, 420, 440, 800, 420, 1220, 30, 80) }, { d: wedge(760, 420, 770, 800, 790, 1220, 30, 80) }, { d: wedge(560, 700, 540, 900, 520, 1230, 10, 70), a: -0.8 }] }] });
  // yoke seam, placket, pocket
  s.stitch('M356 404C430 392 480 384 545 372', shadeHex(colour, 0.8), 1.5, [5, 3.6]); s.stitch('M844 404C770 392 720 384 655 372', shadeHex(colour, 0.8), 1.5, [5, 3.6]);
  s.add({ d: 'M578 400 L626 396 L630 1224 L580 1222 Z', clip: body, ...cloth, soft: [{ r: 5, a: 7 }], shadow: [{ dx: 5, dy: 3, b: 5, o: 0.3, on: body }], folds: [{ b: 8, a: 6, s: [{ d: wedge(590, 640, 610, 660, 628, 660, 8, 16) }, { d: wedge(585, 950, 610, 970, 628, 960, 8, 16), a: -1 }] }] });
  s.stitch('M586 420L588 1216', shadeHex(colour, 0.8), 1.5, [5, 3.6]); s.stitch('M619 416L622 1216', shadeHex(colour, 0.8), 1.5, [5, 3.6]);
  for (const by of [452, 590, 730, 870, 1010, 1140]) { s.add({ d: ellipse(604, by, 12, 12), fill: '#e9dfcc', spec: 0.5, gloss: 18, round: [{ r: 4, a: 4 }], shadow: CONTACT }); s.marks((x) => { x.fillStyle = '#8d7b62'; for (const [a, b] of [[-3, -3], [3, -3], [-3, 3], [3, 3]]) { x.beginPath(); x.arc(604 + a, by + b, 1.6, 0, 7); x.fill(); } }); }
  s.add({ d: 'M688 520L802 512L806 636L748 664L692 644Z', ...cloth, soft: [{ r: 5, a: 6 }], shadow: [{ dx: 4, dy: 6, b: 5, o: 0.26 }] }); s.stitch('M696 542L796 535', shadeHex(colour, 0.8), 1.5, [5, 3.6]); s.stitch('M694 526L698 640L748 657L800 632L796 520', shadeHex(colour, 0.8), 1.5, [5, 3.6]);
  // collar leaves
  for (const m of [0, 1]) { const f = (d) => (m ? flip(d, 600) : d); s.add({ d: f('M514 262 C500 280 490 300 486 322 L520 428 C548 414 582 402 602 404 C570 360 536 310 514 262 Z'), ...cloth, soft: [{ r: 10, a: 14 }], shadow: [{ dx: 6, dy: 12, b: 8, o: 0.34 }] }); s.stitch(f('M496 322L526 416C548 405 568 398 588 397'), shadeHex(colour, 0.8), 1.5, [5, 3.6]); }
  return s;
}

// ---------------------------------------------------------------- vase
function vase(s) {
  const stem = (d, w = 6) => s.add({ d: { d, w }, fill: '#8a6a44', round: [{ r: 3, a: 3 }], shadow: [{ dx: 60, dy: 40, b: 18, o: 0.16 }] });
  const stems = [[600, 560, 560, 360, 420, 150], [610, 560, 640, 330, 600, 90], [620, 560, 700, 380, 800, 190], [600, 560, 540, 430, 330, 330], [625, 560, 720, 450, 880, 390]];
  stems.forEach(([a, b, c, d, e, f]) => stem(`M${a} ${b}Q${c} ${d} ${e} ${f}`));
  const r = seeded(12), bloom = [];
  for (const [a, b, c, d, e, f] of stems) for (let i = 0; i < 64; i++) { const t = 0.4 + 0.6 * (i / 63), u = 1 - t, x = u * u * a + 2 * u * t * c + t * t * e + (r() - 0.5) * 84 * (1.12 - t), y = u * u * b + 2 * u * t * d + t * t * f + (r() - 0.5) * 54; bloom.push([x, y, 5 + r() * 9, r()]); }
  for (let g = 0; g < 4; g++) { const part = bloom.filter((_, i) => i % 4 === g); s.add({ d: part.map(([x, y, q, t]) => ellipse(x, y, q, q * (0.7 + t * 0.3))), fill: ['#c8952a', '#d9ac3c', '#e5bf57', '#efd27a'][g], amb: 0.5, round: [{ r: 6, a: 7 }], shadow: [{ dx: 3, dy: 4, b: 4, o: 0.25 }, { dx: 60, dy: 50, b: 22, o: 0.1 }] }); }
  const body = sym(610, [74, 548], [[78, 580, 62, 610, 66, 650], [76, 720, 232, 770, 250, 930], [262, 1070, 200, 1190, 128, 1232], [110, 1242, 60, 1246, 0, 1246]]);
  s.shadow('M520 1236C700 1200 1000 1190 1240 1230L1260 1290C1000 1280 700 1290 520 1256Z', 22, 0.45); s.shadow(ellipse(625, 1240, 150, 22), 9, 0.5);
  s.add({ d: ellipse(610, 552, 76, 17), fill: '#4b382b', amb: 0.5 });
  const glaze = (x) => { const g = x.createLinearGradient(0, 540, 0, 1250); g.addColorStop(0, '#e6dccb'); g.addColorStop(0.52, '#e9dfce'); g.addColorStop(0.6, '#c4714c'); g.addColorStop(1, '#a9583a'); x.fillStyle = g; x.fillRect(0, 0, 1300, 1600);
    x.fillStyle = '#eadfcd'; x.beginPath(); x.moveTo(300, 500); x.lineTo(900, 500); x.lineTo(900, 960); for (let i = 0; i <= 30; i++) { const px = 900 - i * 20; x.lineTo(px, 968 + 26 * noise(i / 2.7, 3) + 14 * noise(i / 1.1, 9)); } x.fill();
    const q = seeded(5); for (let i = 0; i < 420; i++) { x.fillStyle = q() > 0.4 ? '#9a7a5c' : '#6f4a37'; x.globalAlpha = 0.5 * q(); x.beginPath(); x.arc(340 + q() * 560, 540 + q() * 720, 0.8 + q() * 2.4, 0, 7); x.fill(); } x.globalAlpha = 1; };
  s.add({ d: body, cut: ellipse(610, 546, 66, 12), fill: glaze, amb: 0.3, revolve: 0.92, revolveBlur: 5, spec: 0.18, gloss: 22, bounce: 0.16, fn: (x, y) => 1.0 * Math.sin(y / 5.5) + 1.4 * fbm(x / 30, y / 9, 3) });
  s.glow('M470 840C450 900 450 980 470 1040C486 980 490 900 500 820Z', 16, [0.09, 0.085, 0.075]);
  return s;
}


// ---------------------------------------------------------------- cable-knit jumper
function jumper(s, { colour = '#e9dcc3', bare = false } = {}) {
  const yarn = { amb: 0.36, fill: colour, cavity: { r: 7, a: 0.05 } };
  if (!bare) hanger(s, 600, 318, 236, 44);
  s.add({ d: 'M494 300C520 262 680 262 706 300L690 362C640 380 560 380 510 362Z', fill: shadeHex(colour, 0.7), amb: 0.45, fn: rib(18, 3), soft: [{ r: 14, a: 12 }], shadow: WALL_SHADOW });
  for (const m of [0, 1]) {
    const f = (d) => (m ? flip(d, 600) : d), an = m ? 0.1 : -0.1;
    s.add({ d: f('M826 346 C916 384 956 500 972 660 C986 800 996 930 1006 1100 L876 1112 C860 980 836 820 824 720 C812 640 800 540 806 480 Z'), ...yarn, fn: knit(17, 13, 3, an), shadow: WALL_SHADOW, round: [{ r: 34, a: 34 }],
      folds: [{ b: 13, a: 24, s: [{ d: f(wedge(850, 470, 890, 620, 905, 780, 8, 44)) }, { d: f(wedge(920, 520, 945, 660, 950, 820, 8, 34)), a: -0.8 }, { d: f(wedge(850, 800, 900, 880, 985, 900, 12, 36)), a: 0.8 }, { d: f(wedge(862, 900, 900, 960, 990, 985, 10, 34)), a: -0.7 }] }] });
    s.add({ d: f('M858 1044 C900 1058 966 1052 1010 1030 C1018 1080 1020 1140 1014 1180 C1000 1206 904 1214 882 1200 C868 1160 860 1100 858 1044 Z'), ...yarn, fn: rib(17, 4, 13, an), shadow: CONTACT, round: [{ r: 18, a: 16 }] });
  }
  const body = sym(600, [96, 306], [[150, 314, 206, 326, 248, 352], [262, 440, 250, 520, 256, 620], [264, 780, 270, 940, 268, 1096], [200, 1112, 100, 1116, 0, 1116]]);
  const cables = [];
  for (const cx of [470, 600, 730]) for (let y = 380; y < 1120; y += 92) { cables.push({ d: `M${cx - 20} ${y}C${cx - 20} ${y + 40} ${cx + 20} ${y + 52} ${cx + 20} ${y + 92}`, w: 27, a: 0.72 }); }
  const over = []; for (const cx of [470, 600, 730]) for (let y = 380; y < 1120; y += 92) over.push({ d: `M${cx + 20} ${y}C${cx + 20} ${y + 40} ${cx - 20} ${y + 52} ${cx - 20} ${y + 92}`, w: 27, a: 1 });
  const gut = []; for (const cx of [470, 600, 730]) for (const q of [-44, 44]) gut.push({ d: `M${cx + q} 330V1130`, w: 12, a: -0.9 });
  s.add({ d: body, cut: ellipse(600, 286, 98, 84), ...yarn, fn: knit(17, 13, 3), shadow: WALL_SHADOW, round: [{ r: 36, a: 26 }],
    folds: [{ b: 5, a: 15, s: [...gut, ...over] }, { b: 4, a: 9, s: cables }, { b: 24, a: 30, s: [...hangingFolds(3, { x0: 370, x1: 830, y0: 560, y1: 1100, n: 6, w: 44 }), { d: wedge(366, 540, 430, 590, 540, 600, 10, 44), a: 0.8 }, { d: wedge(834, 540, 770, 596, 670, 620, 10, 44), a: 0.8 }, { d: wedge(356, 700, 400, 800, 420, 1000, 14, 44), a: -0.8 }] }] });
  s.add({ d: 'M336 1078C430 1104 770 1104 864 1078C876 1120 872 1180 856 1212C760 1236 440 1236 344 1212C328 1180 324 1120 336 1078Z', ...yarn, fn: rib(17, 4.4, 13), shadow: CONTACT, round: [{ r: 26, a: 22 }], folds: [{ b: 24, a: 18, s: hangingFolds(3, { x0: 370, x1: 830, y0: 1080, y1: 1240, n: 6, w: 44 }) }] });
  s.add({ d: 'M488 296C520 410 680 410 712 296L686 282C664 366 536 366 514 282Z', ...yarn, fn: (x, y) => 3.4 * (0.5 + 0.5 * Math.sin(Math.atan2(y - 250, x - 600) * 62)), shadow: [{ dx: 4, dy: 9, b: 7, o: 0.3 }], round: [{ r: 16, a: 15 }] });
  return s;
}

// ---------------------------------------------------------------- wool coat
function coat(s, { colour = '#b5824f', lining = '#5d3b2b' } = {}) {
  const wool = { fill: colour, amb: 0.36, fn: felt(0.7), sheen: 0.02 };
  hanger(s, 600, 244, 268, 58);
  s.add({ d: 'M500 250C540 206 660 206 700 250L716 520L600 760L484 520Z', fill: lining, amb: 0.4, spec: 0.12, soft: [{ r: 24, a: 20 }], shadow: WALL_SHADOW });
  s.add({ d: 'M478 300C486 214 540 186 600 186C660 186 714 214 722 300L700 330C690 262 650 246 600 246C550 246 510 262 500 330Z', ...wool, soft: [{ r: 10, a: 16 }], shadow: [{ dx: 4, dy: 10, b: 9, o: 0.45 }] });
  s.add({ d: rrect(566, 262, 68, 34, 4), fill: '#efe6d6', soft: [{ r: 3, a: 2 }], shadow: CONTACT });
  s.marks((x) => { x.fillStyle = '#7a3a28'; x.font = 'italic 15px "DejaVu Serif", serif'; x.textAlign = 'center'; x.fillText('Ginestra', 600, 284); });
  for (const m of [0, 1]) {
    const f = (d) => (m ? flip(d, 600) : d);
    s.add({ d: f('M850 300 C912 340 944 460 956 620 C966 760 974 900 984 1030 L866 1048 C850 920 830 780 820 680 C810 600 800 520 806 460 Z'), ...wool, shadow: WALL_SHADOW, round: [{ r: 36, a: 34 }],
      folds: [{ b: 13, a: 24, s: [{ d: f(wedge(856, 430, 896, 600, 905, 800, 8, 44)) }, { d: f(wedge(916, 500, 936, 640, 946, 800, 8, 34)), a: -0.8 }, { d: f(wedge(850, 760, 900, 840, 970, 870, 10, 36)), a: 0.7 }] }] });
    s.add({ d: f('M858 952 L978 934 L986 1034 L868 1052 Z'), ...wool, shadow: CONTACT, soft: [{ r: 10, a: 12 }] });
    s.stitch(f('M864 964L974 948'), shadeHex(colour, 0.74), 1.8, [6, 4.4]);
  }
  const r = sym(600, [100, 252], [[160, 264, 220, 284, 262, 308], [270, 420, 246, 520, 238, 640], [250, 860, 280, 1120, 296, 1372], [200, 1396, 100, 1400, 0, 1400]]);
  s.add({ d: r, cut: 'M500 240L578 700L600 760L622 700L700 240Z', ...wool, shadow: WALL_SHADOW, soft: [{ r: 14, a: 20 }],
    folds: [{ b: 20, a: 54, s: [...hangingFolds(11, { x0: 330, x1: 590, y0: 760, y1: 1390, n: 4, w: 60 }), ...hangingFolds(21, { x0: 640, x1: 880, y0: 760, y1: 1390, n: 4, w: 60 })] }, { b: 12, a: 18, s: [{ d: wedge(370, 500, 420, 560, 470, 690, 8, 34), a: 0.8 }, { d: wedge(830, 500, 780, 560, 730, 690, 8, 34), a: 0.8 }, { d: wedge(368, 600, 400, 660, 430, 700, 8, 24), a: -0.8 }] }] });
  // front edge, pockets
  s.add({ d: 'M560 690C600 760 640 820 640 900L648 1396L420 1390L440 900Z', clip: r, ...wool, shadow: [{ dx: 12, dy: 4, b: 10, o: 0.4, on: r }], folds: [{ b: 7, a: 16, s: [{ d: 'M640 700L648 1400', w: 30, a: -0.5 }] }, { b: 20, a: 54, s: hangingFolds(11, { x0: 330, x1: 590, y0: 760, y1: 1390, n: 4, w: 60 }) }] });
  for (const m of [0, 1]) { const f = (d) => (m ? flip(d, 600) : d); s.add({ d: f('M704 930L826 908L836 962L712 984Z'), ...wool, soft: [{ r: 8, a: 14 }], shadow: [{ dx: 5, dy: 9, b: 7, o: 0.36 }] }); s.stitch(f('M712 974L828 953'), shadeHex(colour, 0.74), 1.8, [6, 4.4]); }
  // belt
  s.add({ d: 'M362 660C440 690 760 690 838 660L842 722C760 752 440 752 358 722Z', ...wool, soft: [{ r: 12, a: 16 }], shadow: [{ dx: 5, dy: 12, b: 9, o: 0.42, on: r }] });
  s.stitch('M366 670C440 698 760 698 834 670', shadeHex(colour, 0.74), 1.8, [6, 4.4]); s.stitch('M364 713C440 742 760 742 836 713', shadeHex(colour, 0.74), 1.8, [6, 4.4]);
  s.add({ d: 'M560 700C540 800 520 880 508 968L570 982C588 890 604 800 618 716Z', ...wool, soft: [{ r: 12, a: 16 }], shadow: [{ dx: 7, dy: 12, b: 9, o: 0.42 }] });
  s.add({ d: 'M600 716C640 800 668 850 700 912L640 936C612 870 588 800 570 720Z', ...wool, soft: [{ r: 12, a: 16 }], shadow: [{ dx: 7, dy: 12, b: 9, o: 0.42 }] });
  s.add({ d: 'M546 672C572 660 606 662 628 676C640 700 634 730 618 752C594 758 566 754 548 742C538 720 538 694 546 672Z', ...wool, soft: [{ r: 12, a: 20 }], shadow: [{ dx: 6, dy: 10, b: 8, o: 0.42 }], folds: [{ b: 5, a: 14, s: [{ d: wedge(546, 690, 586, 700, 626, 744, 6, 14), a: -1 }, { d: wedge(552, 716, 580, 722, 604, 750, 5, 12) }] }] });
  // lapels and collar
  for (const m of [1, 0]) { const f = (d) => (m ? flip(d, 600) : d);
    s.add({ d: f('M500 262 C480 330 462 390 452 436 L398 442 L420 520 C470 590 530 650 590 700 C560 560 530 400 500 262 Z'), ...wool, soft: [{ r: 12, a: 18 }], shadow: [{ dx: 10, dy: 16, b: 12, o: 0.42, on: r }] });
    s.add({ d: f('M516 212 C486 226 470 260 462 296 L404 384 L452 440 C470 400 496 330 522 262 Z'), ...wool, soft: [{ r: 12, a: 18 }], shadow: [{ dx: 6, dy: 12, b: 9, o: 0.42 }] });
    s.stitch(f('M412 452L430 516C478 582 530 636 576 676'), shadeHex(colour, 0.74), 1.8, [6, 4.4]); s.stitch(f('M472 300L416 382L450 424'), shadeHex(colour, 0.74), 1.8, [6, 4.4]); }
  for (const y of [800, 1010]) s.add({ d: ellipse(590, y, 20, 20), fill: '#4a2d1d', amb: 0.35, spec: 0.6, gloss: 22, round: [{ r: 7, a: 8 }], folds: [{ b: 2, a: 5, s: [{ d: ellipse(590, y, 9, 9), a: -1 }] }], shadow: CONTACT });
  return s;
}

// ---------------------------------------------------------------- midi dress
function dress(s, { colour = '#2f5a5c', print = '#e2b64e' } = {}) {
  const pattern = (x) => { x.fillStyle = colour; x.fillRect(0, 0, 1300, 1600); const r = seeded(3); for (let j = 0; j < 36; j++) for (let i = 0; i < 26; i++) { const px = 40 + i * 46 + (j % 2) * 23 + (r() - 0.5) * 10, py = 200 + j * 40 + (r() - 0.5) * 10, a = r() * 6.3; x.save(); x.translate(px, py); x.rotate(a); x.fillStyle = print; for (let q = 0; q < 5; q++) { x.rotate(1.2566); x.beginPath(); x.ellipse(0, -5.2, 2.9, 4.6, 0, 0, 7); x.fill(); } x.fillStyle = '#b4552f'; x.beginPath(); x.arc(0, 0, 2.2, 0, 7); x.fill(); x.restore(); if ((i + j) % 3 === 0) { x.fillStyle = '#7fa294'; x.beginPath(); x.ellipse(px + 20, py + 10, 6, 2.6, a, 0, 7); x.fill(); } } };
  const cloth = { fill: pattern, amb: 0.34, spec: 0.05, gloss: 12, fn: weave(3, 0.12), warp: (x, y) => [7 * Math.sin(x / 34 + y / 190), 4 * Math.sin(x / 29)] };
  hanger(s, 600, 250, 214, 48);
  s.add({ d: 'M506 262C540 250 660 250 694 262L690 420L612 590L524 420Z', fill: shadeHex(colour, 0.55), amb: 0.5, soft: [{ r: 12, a: 10 }], shadow: WALL_SHADOW });
  for (const m of [0, 1]) { const f = (d) => (m ? flip(d, 600) : d);
    s.add({ d: f('M780 292 C868 310 912 400 918 500 C920 548 908 590 892 616 C860 628 820 622 790 606 C776 540 768 460 764 400 Z'), ...cloth, shadow: WALL_SHADOW, round: [{ r: 34, a: 34 }], folds: [{ b: 9, a: 22, s: [0, 1, 2, 3, 4].map((i) => ({ d: f(wedge(792 + i * 10, 330 + i * 8, 830 + i * 20, 430, 800 + i * 26, 620, 6, 26)), a: i % 2 ? -0.9 : 0.9 })) }] });
    s.add({ d: f('M786 592C820 612 866 616 898 602L904 640C866 656 820 650 790 634Z'), ...cloth, round: [{ r: 12, a: 12 }], shadow: CONTACT }); }
  const skirt = 'M478 690 C440 860 360 1120 318 1330 C350 1362 392 1340 430 1354 C480 1376 520 1350 566 1358 C620 1378 660 1350 706 1360 C760 1374 800 1344 882 1330 C840 1120 760 860 722 690 Z';
  const r = seeded(8), rays = []; for (let i = 0; i < 15; i++) { const t = (i + 0.2 + r() * 0.6) / 15; rays.push({ d: wedge(mix(490, 710, t), 680 + r() * 90, mix(450, 750, t), 960, mix(310, 890, t) + (r() - 0.5) * 20, 1400, 7, 50 + r() * 34), a: (i % 2 ? -1 : 1) * (0.6 + r() * 0.4) }); }
  s.add({ d: skirt, ...cloth, shadow: WALL_SHADOW, round: [{ r: 18, a: 12 }], folds: [{ b: 15, a: 46, s: rays }] });
  const top = sym(600, [88, 270], [[120, 274, 160, 284, 188, 296], [196, 380, 176, 470, 168, 540], [156, 600, 132, 650, 124, 700], [60, 712, 30, 712, 0, 712]]);
  s.add({ d: top, cut: 'M508 250L606 560L690 250Z', ...cloth, shadow: WALL_SHADOW, round: [{ r: 20, a: 16 }], folds: [{ b: 10, a: 22, s: [{ d: wedge(430, 420, 470, 560, 560, 690, 8, 26) }, { d: wedge(450, 380, 500, 540, 590, 680, 8, 22), a: -0.8 }, { d: wedge(770, 420, 730, 560, 650, 690, 8, 26) }, { d: wedge(750, 380, 700, 540, 620, 680, 8, 22), a: -0.8 }, { d: wedge(440, 560, 470, 640, 500, 700, 6, 18), a: 0.8 }] }] });
  s.add({ d: 'M500 268C530 400 580 500 660 700L600 712L560 690C520 600 480 420 470 300Z', clip: top, ...cloth, soft: [{ r: 8, a: 10 }], shadow: [{ dx: 7, dy: 6, b: 7, o: 0.42, on: top }], folds: [{ b: 10, a: 20, s: [{ d: wedge(490, 380, 530, 540, 610, 700, 8, 26) }] }] });
  s.add({ d: 'M474 676C540 700 660 700 726 676L730 728C660 752 540 752 470 728Z', ...cloth, soft: [{ r: 10, a: 14 }], shadow: [{ dx: 4, dy: 9, b: 7, o: 0.4 }] });
  s.add({ d: 'M664 716C660 800 640 900 622 980L664 990C688 900 702 800 700 716Z', ...cloth, soft: [{ r: 9, a: 13 }], shadow: [{ dx: 7, dy: 10, b: 8, o: 0.4 }] });
  s.add({ d: 'M676 716C700 780 726 850 760 910L798 890C762 830 730 770 708 712Z', ...cloth, soft: [{ r: 9, a: 13 }], shadow: [{ dx: 7, dy: 10, b: 8, o: 0.4 }] });
  s.add({ d: 'M680 700C640 660 600 668 604 706C606 740 650 738 684 712C720 744 766 740 766 704C764 668 718 664 680 700Z', ...cloth, round: [{ r: 16, a: 18 }], shadow: [{ dx: 6, dy: 9, b: 7, o: 0.42 }] });
  s.add({ d: ellipse(684, 706, 22, 20), ...cloth, round: [{ r: 12, a: 14 }], shadow: CONTACT });
  return s;
}

// ---------------------------------------------------------------- bucket bag
function bag(s, { colour = '#a8643a', thread = '#ecd0a0' } = {}) {
  const hide = { fill: (x) => { const g = x.createLinearGradient(300, 500, 900, 1250); g.addColorStop(0, shadeHex(colour, 1.06)); g.addColorStop(1, shadeHex(colour, 0.86)); x.fillStyle = g; x.fillRect(-500, -500, 3000, 3000); }, amb: 0.3, spec: 0.16, gloss: 14, fn: leather(1, 1.1) };
  s.shadow('M400 1230C700 1180 1050 1170 1300 1210L1300 1300C1050 1290 700 1290 420 1262Z', 26, 0.5); s.shadow(ellipse(610, 1240, 260, 26), 12, 0.6);
  // strap behind
  s.add({ d: { d: 'M372 600C330 260 520 120 610 120C700 120 890 260 838 600', w: 40 }, ...hide, round: [{ r: 12, a: 10 }], shadow: [{ dx: 70, dy: 60, b: 34, o: 0.22 }] });
  s.stitch('M358 600C314 250 514 106 610 106C706 106 906 250 852 600', thread, 2.6); s.stitch('M386 600C346 270 526 134 610 134C694 134 874 270 824 600', thread, 2.6);
  s.add({ d: 'M352 560C420 500 800 500 860 560C830 600 390 600 352 560Z', fill: shadeHex(colour, 0.35), amb: 0.6 });
  const body = 'M346 560 C400 604 810 604 866 560 C872 700 892 980 902 1150 C906 1210 890 1240 850 1246 C700 1262 520 1262 370 1246 C330 1240 314 1210 318 1150 C326 980 340 700 346 560 Z';
  const r = seeded(6), g = []; for (let i = 0; i < 13; i++) { const t = (i + 0.5) / 13; g.push({ d: wedge(mix(356, 856, t), 560, mix(352, 862, t), 680, mix(350, 870, t), 800 + r() * 130, 30, 4), a: i % 2 ? -1 : 0.9 }); }
  s.add({ d: body, ...hide, shadow: [{ dx: 60, dy: 30, b: 40, o: 0.24 }], revolve: 0.62, revolveBlur: 12, round: [{ r: 30, a: 22 }], bounce: 0.14, folds: [{ b: 9, a: 26, s: g }, { b: 30, a: 26, s: [{ d: wedge(480, 800, 500, 980, 470, 1200, 30, 90), a: 0.7 }, { d: wedge(760, 780, 740, 980, 770, 1220, 20, 80), a: -0.7 }] }] });
  // base panel and front panel
  s.add({ d: 'M322 1110C440 1140 780 1140 900 1110L904 1160C906 1210 890 1240 850 1246C700 1262 520 1262 370 1246C330 1240 314 1210 318 1150Z', ...hide, fill: shadeHex(colour, 0.8), revolve: 0.62, revolveBlur: 12, soft: [{ r: 6, a: 10 }], shadow: [{ dx: 0, dy: -4, b: 5, o: 0.3, on: body }], bounce: 0.14 });
  s.stitch('M326 1126C440 1156 780 1156 896 1126', thread, 3); s.stitch('M352 582C410 622 802 622 862 582', thread, 3);
  // eyelets and cord
  const eyes = [[402, 664], [492, 684], [566, 690], [648, 690], [724, 684], [812, 664]];
  s.add({ d: { d: 'M402 664C440 676 470 682 492 684M566 690L648 690M724 684C756 680 790 672 812 664', w: 15 }, fill: shadeHex(colour, 0.72), amb: 0.34, round: [{ r: 6, a: 8 }], shadow: CONTACT });
  for (const [x, y] of eyes) { s.add({ d: { d: ellipse(x, y, 17, 17), w: 9 }, ...brass, round: [{ r: 4, a: 5 }], shadow: CONTACT }); }
  s.add({ d: { d: 'M566 690C560 760 548 830 530 900M648 690C656 760 660 850 646 950', w: 14 }, fill: shadeHex(colour, 0.74), amb: 0.34, round: [{ r: 6, a: 8 }], shadow: [{ dx: 10, dy: 8, b: 7, o: 0.4 }] });
  for (const [x, y, a] of [[526, 918, 0.18], [643, 970, -0.1]]) { const tas = []; for (let i = -4; i <= 4; i++) tas.push({ d: `M${x + i * 3} ${y + 10}L${x + i * 7 - a * 110} ${y + 112 - Math.abs(i) * 3}`, w: 6 }); s.add({ d: tas, ...hide, round: [{ r: 3, a: 4 }], shadow: [{ dx: 10, dy: 8, b: 7, o: 0.4 }] }); s.add({ d: rrect(x - 15, y - 22, 30, 44, 8), ...hide, round: [{ r: 9, a: 10 }], shadow: CONTACT }); }
  for (const [x, y] of [[370, 596], [840, 596]]) { s.add({ d: rrect(x - 24, y - 34, 48, 96, 12), ...hide, soft: [{ r: 8, a: 10 }], shadow: CONTACT }); s.add({ d: ellipse(x, y + 34, 9, 9), ...brass, round: [{ r: 5, a: 6 }] }); s.add({ d: { d: ellipse(x, y - 26, 27, 22), w: 10 }, ...brass, round: [{ r: 5, a: 6 }], shadow: CONTACT }); }
  // stamped mark
  s.marks((x) => { x.fillStyle = shadeHex(colour, 0.5); x.font = 'italic 30px "DejaVu Serif", serif'; x.textAlign = 'center'; x.fillText('Ginestra & Filo', 612, 1196); }, 0.5);
  return s;
}

// ---------------------------------------------------------------- felt hat
function hat(s, { colour = '#7b7f58', band = '#3c2a20' } = {}) {
  const f = { fill: colour, amb: 0.36, fn: felt(1), sheen: 0.03 };
  s.shadow('M260 1330C600 1270 1000 1260 1300 1290V1400H300Z', 26, 0.35);
  const block = { fill: '#e7d9c2', amb: 0.4, fn: stone(1.1), bounce: 0.12 };
  s.shadow('M340 1330C420 1366 780 1366 860 1330L960 1340C900 1390 440 1400 330 1350Z', 12, 0.5);
  s.add({ d: 'M330 990H870V1330C780 1366 420 1366 330 1330Z', ...block, fn: (x, y) => 0.8 * Math.sqrt(Math.max(0, 274 * 274 - (x - 600) ** 2)) + stone(1.1)(x, y) });
  s.add({ d: ellipse(600, 990, 270, 50), ...block, fill: '#efe4d2', amb: 0.8 });
  s.shadow(ellipse(640, 1000, 300, 46), 16, 0.4);
  s.add({ d: 'M180 930C190 860 400 846 600 850C800 846 1010 860 1022 930C1026 990 860 1040 600 1042C340 1040 176 990 180 930Z', fill: shadeHex(colour, 0.6), amb: 0.4, fn: felt(0.8), soft: [{ r: 16, a: 20 }], shadow: [{ dx: 30, dy: 60, b: 30, o: 0.35 }] });
  s.add({ d: 'M176 922C186 850 400 838 600 840C800 838 1014 850 1026 922C1020 966 860 1006 600 1008C340 1006 184 966 176 922Z', ...f, round: [{ r: 14, a: 10 }], folds: [{ b: 34, a: 60, s: [{ d: 'M190 900C340 990 860 990 1012 900', w: 40, a: -0.5 }, { d: 'M220 900C400 850 800 850 990 900', w: 40, a: 0.5 }] }] });
  s.stitch('M200 928C220 968 360 992 600 994C840 992 980 968 1002 928', shadeHex(colour, 0.7), 2.4, [10, 7]);
  s.light('M380 930C460 990 780 990 830 930L880 960C800 1010 440 1010 360 960Z', 16, 0.35);
  const crown = sym(600, [0, 520], [[50, 498, 110, 490, 158, 530], [204, 580, 216, 740, 226, 912], [170, 950, 70, 960, 0, 960]]);
  s.add({ d: crown, ...f, revolve: 0.8, revolveBlur: 18, bounce: 0.12, shadow: [{ dx: 10, dy: 14, b: 14, o: 0.3 }], round: [{ r: 30, a: 20 }], folds: [{ b: 24, a: 74, s: [{ d: ellipse(600, 520, 70, 34), a: -0.8 }, { d: wedge(500, 560, 480, 660, 470, 780, 46, 10), a: -0.7 }, { d: wedge(704, 560, 726, 660, 734, 780, 46, 10), a: -0.7 }] }] });
  const bnd = 'M378 806C460 850 740 850 822 806C826 840 828 880 828 912C740 962 460 962 374 912C374 880 375 840 378 806Z';
  s.add({ d: bnd, fill: band, amb: 0.34, spec: 0.12, gloss: 10, revolve: 0.8, revolveBlur: 8, soft: [{ r: 4, a: 7 }], fn: (x, y) => 0.6 * Math.sin(x / 1.6), shadow: [{ dx: 0, dy: 4, b: 5, o: 0.35 }] });
  s.add({ d: 'M392 838C416 820 436 818 450 824L458 932C436 938 412 928 394 912Z', fill: band, amb: 0.34, spec: 0.12, gloss: 10, soft: [{ r: 6, a: 12 }], shadow: CONTACT });
  // feather
  s.add({ d: 'M430 900C400 800 420 690 486 610C500 700 490 810 446 900Z', fill: '#d3a23a', amb: 0.45, soft: [{ r: 8, a: 10 }], fn: (x, y) => 1.2 * Math.sin((x * 0.6 + y) / 4), shadow: [{ dx: 8, dy: 8, b: 7, o: 0.35 }] });
  s.marks((x) => { x.strokeStyle = '#f3dfa8'; x.lineWidth = 3; x.stroke(new Path2D('M438 900C432 800 450 700 482 622')); });
  return s;
}

// ---------------------------------------------------------------- beanie
function beanie(s, { colour = '#b4512f' } = {}) {
  s.shadow('M300 1350C600 1280 1000 1270 1300 1300V1420H320Z', 26, 0.35);
  const block = { fill: '#e9dcc7', amb: 0.4, fn: stone(1), bounce: 0.14 };
  s.shadow('M310 1340C420 1380 780 1380 890 1340L990 1350C920 1400 440 1414 300 1362Z', 12, 0.5);
  s.add({ d: 'M300 1130H900V1340C780 1380 420 1380 300 1340Z', ...block, fn: (x, y) => 0.7 * Math.sqrt(Math.max(0, 304 * 304 - (x - 600) ** 2)) + stone(1)(x, y) });
  s.add({ d: ellipse(600, 1130, 300, 54), ...block, fill: '#f1e6d5', amb: 0.82 });
  s.shadow(ellipse(650, 1140, 280, 44), 16, 0.45);
  const dome = sym(600, [0, 400], [[60, 396, 110, 410, 160, 452], [262, 540, 292, 720, 298, 930], [150, 960, 50, 966, 0, 966]]);
  const half = (y) => (y < 930 ? 298 * Math.pow(Math.max(0.0001, 1 - Math.pow((930 - y) / 545, 2.3)), 0.5) : 298);
  const ribs = (n, a) => (x, y) => { const u = clamp((x - 600) / (half(y) + 6), -0.995, 0.995), r = Math.sin(Math.asin(u) * n), t = y / 15 - Math.floor(y / 15); return a * (0.5 + 0.5 * r) + (r > 0 ? a * 0.25 * r * Math.sin(Math.PI * t) : 0); };
  const yarn = { fill: colour, amb: 0.32, bounce: 0.12, cavity: { r: 8, a: 0.03 } };
  s.add({ d: dome, ...yarn, revolve: 0.8, revolveBlur: 22, round: [{ r: 60, a: 60 }], fn: ribs(26, 8), shadow: [{ dx: 50, dy: 50, b: 40, o: 0.2 }], folds: [{ b: 18, a: 30, s: [{ d: wedge(420, 620, 520, 560, 640, 590, 8, 30), a: 0.6 }, { d: wedge(760, 760, 680, 700, 560, 720, 8, 34), a: -0.6 }, { d: wedge(360, 860, 480, 800, 600, 830, 8, 34), a: 0.6 }] }] });
  s.add({ d: 'M284 892C290 862 320 872 400 892C520 914 680 914 800 892C880 872 910 862 916 892C926 980 926 1060 914 1120C900 1160 760 1176 600 1176C440 1176 300 1160 286 1120C274 1060 274 980 284 892Z', ...yarn, revolve: 0.8, revolveBlur: 18, round: [{ r: 34, a: 34 }], fn: (x, y) => { const u = clamp((x - 600) / 322, -0.995, 0.995), r = Math.sin(Math.asin(u) * 28), t = y / 15 - Math.floor(y / 15); return 9 * (0.5 + 0.5 * r) + (r > 0 ? 2.4 * r * Math.sin(Math.PI * t) : 0); }, shadow: [{ dx: 4, dy: -8, b: 9, o: 0.42 }, { dx: 20, dy: 16, b: 14, o: 0.3 }] });
  s.add({ d: rrect(742, 996, 92, 62, 6), fill: '#efe3cc', amb: 0.5, soft: [{ r: 4, a: 5 }], shadow: CONTACT }); s.stitch('M750 1004H826V1050H750Z', '#b98a5a', 2.2, [6, 5]);
  s.marks((x) => { x.fillStyle = '#8a3a22'; x.font = 'italic 22px "DejaVu Serif", serif'; x.textAlign = 'center'; x.fillText('G & F', 788, 1036); });
  return s;
}

// ---------------------------------------------------------------- chelsea boots
function boots(s, { colour = '#6b3a24' } = {}) {
  const one = (dx, dy, tone) => {
    const T = (d) => d.replace(/(-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?)/g, (_, a, b) => `${Number(a) + dx} ${Number(b) + dy}`);
    const hide = { fill: colour, amb: 0.26, tone, spec: 0.34, gloss: 16, fn: leather(1.1, 0.5), bounce: 0.12 };
    s.shadow(T('M300 1190 L900 1180 L1250 1190 L1250 1260 L320 1226 Z'), 20, 0.42); s.shadow(T('M300 1184 L560 1176 L880 1180 L880 1204 L310 1208 Z'), 7, 0.5);
    s.add({ d: T('M742 1112 L884 1104 L882 1194 L754 1196 Z'), fill: '#2b1a12', tone, amb: 0.34, spec: 0.2, soft: [{ r: 12, a: 16 }], fn: (x, y) => 0.8 * Math.sin(y / 3.4) });
    s.add({ d: T('M286 1150 C284 1180 292 1196 330 1198 C440 1202 540 1198 620 1180 C700 1160 780 1140 888 1126 L888 1096 C780 1106 700 1120 640 1140 C560 1166 420 1166 300 1146 Z'), fill: '#3a2418', tone, amb: 0.36, spec: 0.2, soft: [{ r: 6, a: 10 }] });
    const up = T('M640 566 C700 548 800 545 858 560 C852 700 852 820 872 930 C884 990 888 1050 882 1104 C800 1112 700 1124 640 1146 C560 1168 420 1168 312 1158 C286 1146 282 1110 300 1082 C332 1036 440 1012 520 966 C600 920 642 860 646 780 C648 700 644 620 640 566 Z');
    s.add({ d: T('M648 566 C700 540 800 538 852 560 C800 586 700 588 648 566 Z'), fill: '#1d110b', amb: 0.7 });
    s.add({ d: up, cut: T('M652 562 C700 574 800 572 850 556 L850 500 L650 500 Z'), ...hide, shadow: [{ dx: 40, dy: 20, b: 30, o: 0.2 }], soft: [{ r: 46, a: 120 }, { r: 14, a: 22 }],
      folds: [{ b: 11, a: 20, s: [{ d: T(wedge(560, 950, 640, 980, 700, 1060, 6, 26)), a: -0.8 }, { d: T(wedge(600, 920, 680, 960, 740, 1010, 6, 24)), a: 0.7 }, { d: T(wedge(652, 820, 720, 880, 860, 900, 6, 26)), a: -0.7 }, { d: T(wedge(440, 1010, 470, 1060, 480, 1130, 6, 24)), a: -0.5 }] }] });
    s.glow(T('M340 1080 C400 1040 470 1020 520 990 C500 1030 420 1060 350 1100 Z'), 12, [0.16, 0.12, 0.09].map((v) => v * tone));
    s.add({ d: T('M694 572 L806 568 C808 690 796 790 756 840 C712 800 694 690 694 572 Z'), fill: '#241a16', tone, amb: 0.4, fn: rib(11, 3, 9), soft: [{ r: 8, a: -10 }] });
    s.stitch(T('M684 572 C684 694 704 806 756 856 C806 800 820 690 816 568'), '#c79a6a', 2.4, [8, 6]);
    s.stitch(T('M760 858 C770 940 760 1040 750 1104'), '#c79a6a', 2.4, [8, 6]);
    s.stitch(T('M296 1140 C420 1158 560 1156 640 1134 C700 1114 780 1102 876 1094'), '#d9b27c', 3, [10, 7]);
    s.add({ d: { d: T('M834 586 C830 536 862 532 862 590'), w: 15 }, ...hide, fill: '#241a16', round: [{ r: 7, a: 8 }], shadow: CONTACT });
  };
  one(96, -86, 0.72); one(-16, 40, 1);
  return s;
}

// ---------------------------------------------------------------- belt
function belt(s, { colour = '#8f5127' } = {}) {
  const hide = { fill: (x) => { x.fillStyle = colour; x.fillRect(-500, -500, 3000, 3000); }, amb: 0.3, spec: 0.1, gloss: 14, fn: leather(0.9, 0.8) };
  const run = (d, o = {}) => { s.add({ d: { d, w: 96, cap: o.cap || 'butt' }, ...hide, round: [{ r: 9, a: 9 }], shadow: [{ dx: 18, dy: 26, b: 18, o: 0.42 }, { dx: 5, dy: 8, b: 6, o: 0.4 }], cut: o.cut });
    s.marks((x) => { x.lineCap = 'butt'; for (const [w, c, a] of [[74, '#e6c08c', 1]]) { const y = canvas(); y.lineCap = 'butt'; y.setLineDash([13, 9]); y.strokeStyle = c; y.lineWidth = w; y.stroke(new Path2D(d)); y.globalCompositeOperation = 'destination-out'; y.setLineDash([]); y.lineWidth = w - 7; y.stroke(new Path2D(d)); x.setTransform(1, 0, 0, 1, 0, 0); x.globalAlpha = a; x.drawImage(y.canvas, 0, 0); } }, 0.9); };
  run('M640 1240C360 1290 170 1120 190 850C210 560 420 380 640 390C830 400 960 520 960 690C966 880 800 1010 630 1000C480 990 392 880 410 760C426 650 520 590 620 600');
  const tail = 'M612 599C716 606 780 690 740 790C700 880 640 960 660 1080C676 1150 760 1200 900 1196';
  s.add({ d: [{ d: tail, w: 96, cap: 'butt' }, 'M870 1148L1010 1146C1050 1150 1072 1180 1072 1196C1072 1212 1050 1240 1010 1244L870 1244Z'], ...hide, round: [{ r: 9, a: 9 }], shadow: [{ dx: 18, dy: 26, b: 18, o: 0.42 }, { dx: 5, dy: 8, b: 6, o: 0.4 }] });
  s.marks((x) => { const y = canvas(); y.lineCap = 'butt'; y.setLineDash([13, 9]); y.strokeStyle = '#e6c08c'; y.lineWidth = 74; y.stroke(new Path2D(tail)); y.globalCompositeOperation = 'destination-out'; y.setLineDash([]); y.lineWidth = 67; y.stroke(new Path2D(tail)); x.setTransform(1, 0, 0, 1, 0, 0); x.drawImage(y.canvas, 0, 0); }, 0.9);
  s.stitch('M904 1159L1006 1157C1040 1160 1060 1182 1061 1196C1060 1210 1040 1232 1006 1233L904 1233', '#e6c08c', 3.4, [13, 9]);
  s.add({ d: 'M584 538C604 534 626 534 646 540L642 660C624 664 604 664 586 660Z', ...hide, soft: [{ r: 8, a: 12 }], shadow: [{ dx: 8, dy: 12, b: 9, o: 0.45 }] });
  for (const x of [800, 868, 936, 1004]) s.add({ d: ellipse(x, x === 800 ? 1186 : 1196, 11, 11), fill: '#20120a', amb: 0.8, soft: [{ r: 4, a: -6 }] });
  // buckle on the other end
  s.add({ d: { d: rrect(470, 1160, 190, 190, 40), w: 26 }, ...brass, round: [{ r: 11, a: 14 }], shadow: [{ dx: 14, dy: 20, b: 12, o: 0.45 }] });
  s.add({ d: 'M640 1190C690 1184 720 1186 740 1188L744 1312C720 1318 690 1318 640 1314Z', ...hide, round: [{ r: 9, a: 9 }], shadow: CONTACT });
  s.add({ d: { d: 'M470 1254L654 1252', w: 17 }, ...brass, round: [{ r: 8, a: 11 }], shadow: [{ dx: 5, dy: 12, b: 7, o: 0.5 }] });
  return s;
}

// ---------------------------------------------------------------- earrings
function earrings(s) {
  const plaster = { fill: '#ead9c2', amb: 0.42, fn: stone(1.1), bounce: 0.1 };
  s.shadow('M260 1250C600 1210 1000 1200 1300 1230V1330H280Z', 26, 0.4);
  const arch = 'M250 1260V600C250 390 410 250 600 250C790 250 950 390 950 600V1260Z', inner = 'M370 1260V620C370 470 480 380 600 380C720 380 830 470 830 620V1260Z';
  s.add({ d: inner, fill: '#b98a6c', amb: 0.5, fn: stone(0.8) }); s.light('M370 1260V620C370 470 480 380 600 380C680 380 740 420 780 470C640 430 470 520 470 700V1260Z', 26, 0.45);
  s.add({ d: 'M370 1180L830 1180L850 1262H350Z', fill: '#d9c3a6', amb: 0.7, fn: stone(0.6) });
  s.add({ d: arch, cut: inner, ...plaster, soft: [{ r: 9, a: 16 }], shadow: [{ dx: 60, dy: 30, b: 36, o: 0.26 }] });
  s.add({ d: { d: 'M330 556L870 556', w: 17 }, ...brass, round: [{ r: 8, a: 11 }], shadow: [{ dx: 24, dy: 34, b: 12, o: 0.34, on: inner }, { dx: 4, dy: 10, b: 6, o: 0.3 }] });
  for (const [cx, cy] of [[490, 590], [710, 590]]) {
    const sh = [{ dx: 40, dy: 46, b: 16, o: 0.36 }, { dx: 6, dy: 8, b: 6, o: 0.25 }];
    s.add({ d: { d: `M${cx} ${cy - 34}C${cx - 24} ${cy - 60} ${cx + 24} ${cy - 60} ${cx} ${cy - 6}L${cx} ${cy + 40}`, w: 6 }, ...brass, round: [{ r: 3, a: 4 }] });
    s.add({ d: ellipse(cx, cy + 56, 24, 24), ...brass, round: [{ r: 15, a: 22 }], shadow: sh });
    s.add({ d: { d: ellipse(cx, cy + 96, 14, 18), w: 6 }, ...brass, round: [{ r: 3, a: 4 }] });
    s.add({ d: `M${cx - 96} ${cy + 116}C${cx - 60} ${cy + 128} ${cx + 60} ${cy + 128} ${cx + 96} ${cy + 116}C${cx + 112} ${cy + 196} ${cx + 66} ${cy + 266} ${cx} ${cy + 266}C${cx - 66} ${cy + 266} ${cx - 112} ${cy + 196} ${cx - 96} ${cy + 116}Z`, ...brass, amb: 0.3, spec: 0.7, gloss: 20, soft: [{ r: 7, a: 16 }], fn: (x, y) => 7 * noise(x / 21, y / 21) + 0.03 * ((x - cx) * 0.6 + (y - cy)), shadow: sh });
    s.add({ d: { d: ellipse(cx, cy + 276, 10, 14), w: 5 }, ...brass, round: [{ r: 3, a: 4 }] });
    s.add({ d: `M${cx} ${cy + 288}C${cx + 14} ${cy + 320} ${cx + 50} ${cy + 356} ${cx + 50} ${cy + 400}C${cx + 50} ${cy + 436} ${cx + 26} ${cy + 456} ${cx} ${cy + 456}C${cx - 26} ${cy + 456} ${cx - 50} ${cy + 436} ${cx - 50} ${cy + 400}C${cx - 50} ${cy + 356} ${cx - 14} ${cy + 320} ${cx} ${cy + 288}Z`, fill: (x) => { const g = x.createRadialGradient(cx + 16, cy + 420, 4, cx, cy + 390, 80); g.addColorStop(0, '#4f9a86'); g.addColorStop(1, '#17493f'); x.fillStyle = g; x.fillRect(0, 0, 1300, 1600); }, amb: 0.36, spec: 1.1, gloss: 50, revolve: 0.7, revolveBlur: 8, soft: [{ r: 10, a: 16 }], bounce: 0.3, shadow: sh });
  }
  return s;
}

// ---------------------------------------------------------------- candle
function candle(s) {
  s.shadow('M400 1240C700 1190 1050 1180 1300 1220L1300 1310C1050 1300 700 1290 420 1270Z', 26, 0.46); s.shadow(ellipse(560, 1244, 240, 24), 12, 0.6);
  const clay = { amb: 0.3, spec: 0.12, gloss: 16, bounce: 0.16 };
  const body = 'M330 620C330 606 344 600 360 600H760C776 600 790 606 790 620L782 1180C780 1226 752 1246 700 1248H420C368 1246 340 1226 338 1180Z';
  s.add({ d: body, fill: '#c96f4a', ...clay, revolve: 0.9, revolveBlur: 6, round: [{ r: 20, a: 14 }], fn: (x, y) => 5.5 * (0.5 + 0.5 * Math.sin(Math.asin(clamp((x - 560) / 232, -0.99, 0.99)) * 44)) + 0.7 * fbm(x / 5, y / 5, 2), shadow: [{ dx: 60, dy: 30, b: 40, o: 0.2 }] });
  s.add({ d: ellipse(560, 616, 228, 46), fill: '#b45f3d', ...clay, soft: [{ r: 8, a: 8 }] });
  s.add({ d: ellipse(560, 622, 206, 36), fill: (x) => { const g = x.createRadialGradient(560, 612, 10, 560, 620, 210); g.addColorStop(0, '#fff3cf'); g.addColorStop(0.5, '#f6dfae'); g.addColorStop(1, '#d9b886'); x.fillStyle = g; x.fillRect(0, 0, 1300, 1600); }, amb: 0.8, soft: [{ r: 10, a: -8 }] });
  s.marks((x) => { x.strokeStyle = '#3a2a20'; x.lineWidth = 7; x.lineCap = 'round'; x.stroke(new Path2D('M560 622C558 600 562 585 558 566')); });
  s.glow(ellipse(560, 500, 130, 190), 90, [0.22, 0.13, 0.045]); s.glow(ellipse(560, 618, 170, 26), 22, [0.2, 0.12, 0.04]);
  s.glow('M558 404C600 470 606 520 594 556C586 582 572 590 559 590C546 590 530 580 524 556C514 516 534 470 558 404Z', 4, [1.2, 0.62, 0.12]); s.glow('M559 470C578 510 580 540 574 562C570 578 564 582 559 582C552 582 546 576 544 560C540 536 548 506 559 470Z', 4, [0.8, 0.9, 0.6]);
  // label
  s.add({ d: 'M420 800C500 812 620 812 700 800V1050C620 1062 500 1062 420 1050Z', fill: '#f2e8d6', amb: 0.55, fn: (x, y) => 0.5 * fbm(x / 4, y / 4, 2) + 0.55 * Math.sqrt(Math.max(0, 230 * 230 - (x - 560) ** 2)), shadow: CONTACT });
  s.marks((x) => { x.textAlign = 'center'; x.fillStyle = '#7a3a28'; x.font = 'italic 37px "DejaVu Serif", serif'; x.fillText('Fico & Timo', 560, 906); x.font = '16px "DejaVu Sans", sans-serif'; x.letterSpacing = '4px'; x.fillText('CANDELA DI SOIA', 562, 958); x.fillText('220 g', 562, 1004); x.strokeStyle = '#c9a253'; x.lineWidth = 2; x.strokeRect(436, 824, 248, 204); });
  // figs and thyme
  const fig = (cx, cy, k, tone) => { s.shadow(ellipse(cx + 40, cy + 108 * k, 130 * k, 20), 12, 0.5); s.add({ d: sym(cx, [0, cy - 130 * k], [[10 * k, cy - 132 * k, 14 * k, cy - 120 * k, 16 * k, cy - 100 * k], [30 * k, cy - 60 * k, 104 * k, cy - 30 * k, 108 * k, cy + 36 * k], [108 * k, cy + 90 * k, 50 * k, cy + 112 * k, 0, cy + 112 * k]]), fill: (x) => { const g = x.createLinearGradient(0, cy - 130 * k, 0, cy + 110 * k); g.addColorStop(0, '#8b9a4e'); g.addColorStop(0.26, '#6f5068'); g.addColorStop(1, '#46294a'); x.fillStyle = g; x.fillRect(0, 0, 1300, 1600); }, amb: 0.3, tone, spec: 0.28, gloss: 14, bounce: 0.2, revolve: 0.75, revolveBlur: 9, soft: [{ r: 22 * k, a: 30 * k }], fn: (x, y) => 2 * Math.sin(Math.asin(clamp((x - cx) / (112 * k), -0.9, 0.9)) * 9) + 0.8 * fbm(x / 6, y / 6, 2) }); };
  fig(960, 1130, 0.86, 0.9); fig(850, 1180, 1, 1);
  const r = seeded(31), tw = []; for (const [x0, y0, x1, y1] of [[180, 1330, 470, 1290], [150, 1370, 430, 1350]]) { s.add({ d: { d: `M${x0} ${y0}Q${(x0 + x1) / 2} ${y0 - 40} ${x1} ${y1}`, w: 5 }, fill: '#7c6a45', round: [{ r: 2, a: 3 }], shadow: CONTACT }); for (let i = 0; i < 34; i++) { const t = i / 34, x = mix(x0, x1, t), y = y0 + (y1 - y0) * t * t - 40 * 2 * t * (1 - t) + (r() - 0.5) * 30; tw.push(`M${x} ${y}q${8 + r() * 8} ${-10 - r() * 6} ${20 + r() * 8} ${(r() - 0.5) * 10}q-12 8 -28 ${4}Z`); } }
  s.add({ d: tw, fill: '#6f7d4a', amb: 0.5, round: [{ r: 4, a: 5 }], shadow: CONTACT });
  return s;
}

// ---------------------------------------------------------------- plaid
function plaid(s, { base = '#d8c7a6', a = '#a5482d', b = '#41605a', c = '#e6b84f' } = {}) {
  const tartan = (x) => { x.fillStyle = base; x.fillRect(-200, -200, 1800, 2000); const st = (o, w, col, al) => { x.globalAlpha = al; x.fillStyle = col; for (let i = -2; i < 9; i++) { x.fillRect(o + i * 230, -200, w, 2000); x.fillRect(-200, o + i * 230, 1800, w); } }; st(20, 74, a, 0.62); st(130, 50, b, 0.62); st(52, 8, c, 0.9); st(196, 10, b, 0.4); st(112, 6, a, 0.5); x.globalAlpha = 1; };
  const fold = (x, ph) => 58 * Math.sin(x / 58 + ph + 0.5 * Math.sin(x / 130)) + 15 * Math.sin(x / 27 + ph * 2 + 1);
  const wool = { fill: tartan, amb: 0.34, spec: 0, cavity: { r: 26, a: 0.008 } }, twill = (x, y) => 0.3 * Math.sin((x + y) / 1.9) + 1.3 * fbm(x / 5, y / 5, 2);
  // ladder
  for (const x of [212, 962]) s.add({ d: `M${x} -40L${x + 36} -40L${x + 40} 1600L${x - 4} 1600Z`, fill: woodGrain(0, 0, '#a97a4c'), round: [{ r: 12, a: 12 }], shadow: [{ dx: 70, dy: 40, b: 30, o: 0.28 }, { dx: 20, dy: 12, b: 10, o: 0.2 }] });
  const rod = (y) => s.add({ d: `M190 ${y}H1020V${y + 34}H190Z`, fill: woodGrain(0, 0, '#b5855a'), round: [{ r: 14, a: 14 }], shadow: [{ dx: 60, dy: 60, b: 24, o: 0.28 }] });
  rod(1330);
  const fringe = (y0, x0, x1, ph, tone) => { const r = seeded(41 + ph), t = [], n = Math.round((x1 - x0) / 15); for (let i = 0; i < n; i++) { const x = x0 + ((i + 0.5) / n) * (x1 - x0), l = 74 + r() * 16; t.push({ d: `M${x} ${y0 - 12}Q${x + (r() - 0.5) * 16} ${y0 + l / 2} ${x + (r() - 0.5) * 18} ${y0 + l}`, w: 9 }); } s.add({ d: t, fill: base, amb: 0.36, tone, round: [{ r: 4, a: 5 }], shadow: [{ dx: 10, dy: 12, b: 8, o: 0.35 }] }); };
  fringe(1236, 350, 910, 2, 0.78);
  s.add({ d: 'M330 300H920L916 1236C800 1250 460 1250 346 1236Z', ...wool, tone: 0.74, warp: (x, y) => [fold(x, 2) * 0.2, 60], shadow: [{ dx: 60, dy: 60, b: 36, o: 0.34 }], round: [{ r: 14, a: 10 }], fn: (x, y) => fold(x, 2) * smooth(250, 620, y) + twill(x, y) });
  fringe(1036, 286, 872, 1, 1);
  s.add({ d: 'M300 296C300 250 330 238 370 236H850C890 238 906 256 904 296C892 520 886 800 880 1036C760 1056 400 1052 280 1036C286 800 296 520 300 296Z', ...wool, warp: (x, y) => [fold(x + y * 0.03, 0) * 0.22, 4 * Math.sin(x / 40)], shadow: [{ dx: 30, dy: 40, b: 24, o: 0.4 }, { dx: 8, dy: 12, b: 8, o: 0.3 }], round: [{ r: 34, a: 40 }], fn: (x, y) => (fold(x + y * 0.03, 0) * (0.35 + 0.65 * smooth(250, 700, y))) + twill(x, y) });
  return s;
}

// ---------------------------------------------------------------- silk scarf
function silkPrint(c) { return (x) => {
  x.fillStyle = c.ground; x.fillRect(-400, -400, 2200, 2400); const r = seeded(c.seed || 2);
  for (let j = -2; j < 14; j++) for (let i = -2; i < 11; i++) { const px = i * 132 + (j % 2) * 66, py = j * 118; x.save(); x.translate(px, py); x.rotate((r() - 0.5) * 1.2);
    x.strokeStyle = c.leaf; x.lineWidth = 6; x.beginPath(); x.moveTo(0, 54); x.quadraticCurveTo(8, 10, 0, -40); x.stroke();
    x.fillStyle = c.leaf; for (const [lx, ly, a] of [[16, 22, 0.8], [-16, 8, -0.8], [15, -8, 0.8]]) { x.save(); x.translate(lx, ly); x.rotate(a); x.beginPath(); x.ellipse(0, 0, 8, 22, 0, 0, 7); x.fill(); x.restore(); }
    x.fillStyle = c.flower; for (let q = 0; q < 5; q++) { x.save(); x.translate(0, -46); x.rotate(q * 1.2566); x.beginPath(); x.ellipse(0, -17, 11, 17, 0, 0, 7); x.fill(); x.restore(); } x.fillStyle = c.heart; x.beginPath(); x.arc(0, -46, 8, 0, 7); x.fill(); x.restore(); }
}; }
const SILK = { ocra: { ground: '#dcae4b', leaf: '#6f6a35', flower: '#f5e6bd', heart: '#a8482b', edge: '#a8482b' }, terracotta: { ground: '#b5533a', leaf: '#642a24', flower: '#f0cfae', heart: '#e0ad45', edge: '#f0d9ba' }, petrolio: { ground: '#2f5f66', leaf: '#173a41', flower: '#e3c99a', heart: '#c76541', edge: '#e0b24c' } };
function scarf(s, c = SILK.ocra, { bare = false } = {}) {
  const half = (y) => 46 + 268 * Math.pow(smooth(300, 1500, y) * 1.0 + (y - 300) / 4200, 0.72);
  const silk = { amb: 0.3, spec: 0.34, gloss: 12, sheen: 0.06 };
  const rays = (seed, cx, y1, spread, n = 11) => { const r = seeded(seed), o = []; for (let i = 0; i < n; i++) { const t = (i + 0.2 + 0.6 * r()) / n - 0.5; o.push({ d: wedge(cx + t * 80, 330, cx + t * spread * 0.62, 640, cx + t * spread * (1 + 0.1 * r()), y1 + 60, 8, 52 + r() * 30), a: (i % 2 ? -1 : 1) * (0.6 + 0.4 * r()) }); } return o; };
  const warp = (cx, spin) => (x, y) => { const u = (x - cx) / half(y); return [u * 330 + cx - x + 20 * Math.sin(u * 13 + spin), 24 * Math.cos(u * 9 + spin) + spin * 60]; };
  if (!bare) {
    // peg
    s.add({ d: { d: 'M600 300L600 210', w: 13 }, ...brass, round: [{ r: 6, a: 8 }], shadow: [{ dx: 26, dy: 26, b: 9, o: 0.3 }] });
    s.add({ d: ellipse(600, 196, 30, 30), fill: woodGrain(0, 0), round: [{ r: 16, a: 18 }], spec: 0.15, shadow: [{ dx: 30, dy: 34, b: 14, o: 0.4 }] });
    // ring
    s.add({ d: { d: 'M526 330C526 304 562 292 600 292C638 292 674 304 674 330', w: 24 }, ...brass, round: [{ r: 11, a: 16 }], shadow: [{ dx: 6, dy: 14, b: 9, o: 0.45 }] });
  }
  const back = 'M548 330C520 520 452 760 408 1000C396 1060 380 1120 372 1180L470 1150L520 1210L590 1160L650 1230L700 1180L730 1200C760 1100 756 1000 730 860C706 680 660 500 650 330Z';
  s.add({ d: back, fill: silkPrint(c), ...silk, tone: 0.66, warp: warp(640, 1.3), shadow: WALL_SHADOW, folds: [{ b: 12, a: 40, s: rays(5, 600, 1250, 420, 9) }] });
  const front = 'M552 330C540 480 500 640 452 800C410 940 350 1080 318 1230C330 1262 352 1250 370 1236C392 1270 424 1290 446 1262C470 1300 520 1320 548 1284C574 1330 628 1334 652 1290C680 1316 716 1300 728 1262C752 1270 778 1250 786 1214C760 1060 716 920 690 780C664 640 650 480 648 330Z';
  const pr = (x) => { silkPrint(c)(x); };
  s.add({ d: front, fill: pr, ...silk, warp: warp(580, 0), shadow: [{ dx: 34, dy: 40, b: 26, o: 0.36 }, { dx: 10, dy: 12, b: 8, o: 0.3 }], round: [{ r: 12, a: 10 }], folds: [{ b: 11, a: 46, s: rays(17, 572, 1290, 500, 12) }, { b: 30, a: 40, s: rays(3, 572, 1290, 500, 5) }] });
  // hand-rolled hem
  const hem = 'M318 1230C330 1262 352 1250 370 1236C392 1270 424 1290 446 1262C470 1300 520 1320 548 1284C574 1330 628 1334 652 1290C680 1316 716 1300 728 1262C752 1270 778 1250 786 1214';
  s.add({ d: { d: hem, w: 17 }, fill: c.edge, ...silk, round: [{ r: 6, a: 9 }], shadow: CONTACT });
  s.add({ d: { d: 'M318 1230C350 1080 410 940 452 800C500 640 540 480 552 330', w: 12 }, fill: c.edge, ...silk, round: [{ r: 5, a: 7 }] });
  if (bare) return s;
  s.add({ d: 'M550 340C548 290 568 262 600 262C632 262 654 290 652 340L640 366H560Z', fill: silkPrint(c), ...silk, round: [{ r: 18, a: 22 }], folds: [{ b: 5, a: 12, s: [{ d: wedge(575, 285, 572, 320, 570, 356, 6, 14), a: -1 }, { d: wedge(602, 282, 604, 320, 606, 356, 6, 14) }, { d: wedge(625, 290, 630, 320, 634, 356, 6, 14), a: -1 }] }] });
  s.add({ d: { d: 'M526 330C526 354 562 368 600 368C638 368 674 354 674 330', w: 24 }, ...brass, round: [{ r: 11, a: 16 }], shadow: [{ dx: 4, dy: 12, b: 8, o: 0.42 }] });
  return s;
}
/** Three folded silk squares on a low plinth. */
function scarfStack(s) {
  s.shadow('M200 1330C600 1270 1000 1260 1300 1290V1400H240Z', 26, 0.4);
  s.add({ d: rrect(170, 1130, 860, 210, 14), fill: '#e9dcc7', amb: 0.42, fn: stone(1.1), soft: [{ r: 10, a: 16 }], shadow: [{ dx: 50, dy: 20, b: 40, o: 0.25 }] });
  s.add({ d: 'M170 1138L250 1064H950L1030 1138Z', fill: '#f1e7d7', amb: 0.9, fn: stone(0.5) });
  const one = (y, c, x0, x1, seed) => {
    const h = 104, silk = { fill: silkPrint(c), amb: 0.3, spec: 0.3, gloss: 12, sheen: 0.05 };
    s.shadow(`M${x0 + 10} ${y + h - 10}H${x1 + 40}L${x1 + 30} ${y + h + 26}H${x0 + 20}Z`, 11, 0.45);
    for (let i = 2; i >= 0; i--) s.add({ d: `M${x0 + 24 - i * 2} ${y + i * 34}C${x0 - 12} ${y + i * 34} ${x0 - 12} ${y + i * 34 + 40} ${x0 + 24} ${y + i * 34 + 40}H${x1 - 6 - i * 6}C${x1 + 8} ${y + i * 34 + 38} ${x1 + 8} ${y + i * 34 + 4} ${x1 - 6} ${y + i * 34}Z`, ...silk, warp: (x, yy) => [i * 90, i * 140 + seed * 70], tone: 1 - i * 0.06, soft: [{ r: 9, a: 14 }], folds: [{ b: 14, a: 6, s: hangingFolds(seed * 7 + i, { x0, x1, y0: y + i * 34, y1: y + i * 34 + 30, n: 9, w: 40 }) }], shadow: [{ dx: 2, dy: 6, b: 5, o: 0.4 }] });
    s.add({ d: { d: `M${x0 + 20} ${y + 42}H${x1 - 8}`, w: 9 }, fill: c.edge, amb: 0.34, spec: 0.3, gloss: 14, round: [{ r: 4, a: 5 }], shadow: CONTACT });
  };
  one(980, SILK.petrolio, 270, 930, 1); one(866, SILK.terracotta, 284, 916, 2); one(752, SILK.ocra, 276, 922, 3);
  // the top one, its corner falling over the front
  const c = SILK.ocra;
  s.add({ d: 'M300 756L366 690H846L904 756Z', fill: silkPrint(c), amb: 0.62, spec: 0.2, warp: (x, y) => [0, (y - 720) * 2], soft: [{ r: 10, a: 8 }] });
  s.add({ d: 'M470 742C560 734 700 734 790 744C760 840 720 930 650 1022C640 1034 626 1034 618 1022C560 930 500 840 470 742Z', fill: silkPrint(c), amb: 0.3, spec: 0.34, gloss: 12, warp: (x, y) => [30 * Math.sin(y / 60), 90], shadow: [{ dx: 14, dy: 20, b: 14, o: 0.42 }], round: [{ r: 18, a: 14 }], folds: [{ b: 12, a: 30, s: [{ d: wedge(540, 740, 570, 860, 628, 1010, 50, 8) }, { d: wedge(620, 740, 630, 860, 634, 1010, 40, 8), a: -0.8 }, { d: wedge(710, 740, 690, 860, 642, 1010, 50, 8), a: 0.8 }] }] });
  s.add({ d: { d: 'M470 744C500 840 560 930 618 1022C626 1034 640 1034 650 1022C720 930 760 840 790 746', w: 13 }, fill: c.edge, amb: 0.32, spec: 0.34, gloss: 12, round: [{ r: 5, a: 7 }], shadow: CONTACT });
  // a sprig of broom
  const r = seeded(77); s.add({ d: { d: 'M330 726C480 700 640 690 850 640', w: 6 }, fill: '#6d6b3c', round: [{ r: 3, a: 3 }], shadow: [{ dx: 8, dy: 22, b: 10, o: 0.3 }] });
  const b = []; for (let i = 0; i < 60; i++) { const t = 0.25 + 0.75 * (i / 60); b.push([mix(330, 850, t) + (r() - 0.5) * 30, mix(726, 640, t) - 8 * Math.sin(t * 3) + (r() - 0.5) * 56 * (1.2 - t), 7 + r() * 8]); }
  for (let g = 0; g < 3; g++) s.add({ d: b.filter((_, i) => i % 3 === g).map(([x, y, q]) => ellipse(x, y, q, q * 0.8)), fill: ['#c8952a', '#dfb345', '#efd27a'][g], amb: 0.5, round: [{ r: 6, a: 7 }], shadow: [{ dx: 4, dy: 6, b: 5, o: 0.25 }, { dx: 10, dy: 24, b: 12, o: 0.08 }] });
  return s;
}

const wallOnly = (name, o = {}) => studio({ ...ROOM[name], floor: null, ...o });
const PICTURES = {
  'foulard-seta-ginestra-1': () => { view(1.14, 560, 770); return scarf(wallOnly('mist')).toCanvas(); },
  'foulard-seta-ginestra-2': () => { view(1.2, 600, 900); return scarfStack(studio({ ...ROOM.cream, y: 1180, gobo: 'leaf' })).toCanvas(); },
  'borsa-secchiello-cuoio-1': () => { view(); return bag(studio({ ...ROOM.cream, y: 1130 })).toCanvas(); },
  'borsa-secchiello-cuoio-2': () => { view(); return bag(studio({ ...ROOM.rose, y: 1130, gobo: 'leaf', seed: 4 }), { colour: '#4c5b3f', thread: '#d8cf9f' }).toCanvas(); },
  'camicia-lino-alba-1': () => { view(); return shirt(wallOnly('rose')).toCanvas(); },
  'camicia-lino-alba-2': () => { view(1.9, 640, 560); return shirt(wallOnly('rose')).toCanvas(); },
  'maglione-trecce-merino-1': () => { view(); return jumper(wallOnly('petrol', { gobo: 'window' })).toCanvas(); },
  'maglione-trecce-merino-2': () => { view(); return jumper(wallOnly('cream', { gobo: 'leaf' }), { colour: '#b1573a' }).toCanvas(); },
  'cappotto-lana-bruna-1': () => { view(); return coat(wallOnly('mist', { gobo: 'soft' })).toCanvas(); },
  'cappotto-lana-bruna-2': () => { view(1.75, 600, 570); return coat(wallOnly('mist', { gobo: 'soft' })).toCanvas(); },
  'abito-midi-fiorella-1': () => { view(); return dress(wallOnly('straw')).toCanvas(); },
  'abito-midi-fiorella-2': () => { view(1.9, 600, 640); return dress(wallOnly('straw')).toCanvas(); },
  'stivaletti-chelsea-vela-1': () => { view(1.14, 640, 880); return boots(studio({ ...ROOM.straw, y: 960 })).toCanvas(); },
  'cintura-cuoio-orlo-1': () => { view(); return belt(wallOnly('cream', { gobo: 'leaf', seed: 9 })).toCanvas(); },
  'cappello-feltro-brina-1': () => { view(); return hat(studio({ ...ROOM.clay, y: 1220 })).toCanvas(); },
  'orecchini-mezzaluna-1': () => { view(1.16, 600, 760); return earrings(studio({ ...ROOM.rose, y: 1200, gobo: 'soft' })).toCanvas(); },
  'candela-fico-timo-1': () => { view(); return candle(studio({ ...ROOM.sage, y: 1130, gobo: 'leaf', seed: 6 })).toCanvas(); },
  'vaso-ceramica-duna-1': () => { view(); return vase(studio({ ...ROOM.sage, y: 1120 })).toCanvas(); },
  'plaid-lana-montagna-1': () => { view(); return plaid(wallOnly('cream')).toCanvas(); },
  'berretto-cashmere-neve-1': () => { view(0.98, 600, 790); return beanie(studio({ ...ROOM.mist, y: 1230, gobo: 'soft' })).toCanvas(); },
};
