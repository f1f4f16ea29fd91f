// The looped clip: a boutique with garments on a rail and a host who presents a scarf.
// Every movement is a whole number of turns in 12 seconds, so the last frame runs into the first.
const CLIP = { W: 540, H: 960, k: 0.45, frames: 300 };
const TURN = Math.PI * 2;

/** Paints onto an empty sheet with its own view; returns the picture and how to place it. */
function sprite(w, h, k, ox, oy, paint) { setView(Math.round(w * k), Math.round(h * k), k, ox, oy); const s = new Scene(); paint(s); return s.toCanvas({ grain: 0, vignette: 0 }); }

const SKIN = '#dca27c', HAIR = '#4a2c20', KNIT = '#33605f';
const skin = { fill: SKIN, amb: 0.5, bounce: 0.12, spec: 0.03, gloss: 10 };

function wallPicture() {
  setView(CLIP.W, CLIP.H, CLIP.k, 0, 0);
  const s = new Scene();
  s.backdrop((x) => {
    let g = x.createLinearGradient(0, 0, 500, 2133); g.addColorStop(0, '#ecd9c0'); g.addColorStop(0.6, '#dcbd9b'); g.addColorStop(1, '#b98a66'); x.fillStyle = g; x.fillRect(0, 0, 1200, 2134);
    g = x.createRadialGradient(330, 420, 60, 400, 520, 1200); g.addColorStop(0, 'rgba(255,246,226,.75)'); g.addColorStop(1, 'rgba(255,246,226,0)'); x.fillStyle = g; x.fillRect(0, 0, 1200, 2134);
  });
  const niche = 'M70 2000V800C70 470 300 250 600 250C900 250 1130 470 1130 800V2000Z';
  s.light(niche, 3, 0.13, [0.75, 1, 1.15]);
  s.light('M70 2000V800C70 470 300 250 600 250C760 250 900 310 1000 420C760 300 260 380 160 900V2000Z', 30, 0.16);
  // the name, painted in the arch
  s.marks((x) => { x.fillStyle = '#7c3a26'; x.textAlign = 'center'; x.font = 'italic 74px "DejaVu Serif", serif'; x.fillText('Ginestra & Filo', 600, 418); x.font = '22px "DejaVu Sans", sans-serif'; x.letterSpacing = '8px'; x.fillText('BOTTEGA', 604, 470); }, 0.86);
  // rail
  s.add({ d: { d: 'M-40 560H1240', w: 15 }, ...brass, round: [{ r: 7, a: 9 }], shadow: [{ dx: 26, dy: 40, b: 14, o: 0.3 }] });
  return s.toCanvas({ grain: 0, vignette: 0.04 });
}

function counterPicture() {
  setView(CLIP.W, CLIP.H, CLIP.k, 0, 0);
  const s = new Scene(), wood = woodGrain(0, 0, '#a8744a');
  s.add({ d: 'M-40 1640H1240V2200H-40Z', fill: (x) => { woodGrain(0, 0, '#95623d')(x); x.fillStyle = '#95623d'; x.fillRect(-50, 1690, 1400, 600); }, amb: 0.5, folds: [{ b: 3, a: 7, s: [0, 1, 2, 3, 4, 5, 6].map((i) => ({ d: `M${i * 200 + 10} 1700V2200`, w: 7, a: -1 })) }] });
  s.light('M-40 1690H1240V1770H-40Z', 30, 0.3); s.light('M-40 1980H1240V2240H-40Z', 110, 0.35);
  s.add({ d: 'M-40 1606H1240V1690H-40Z', fill: '#c49364', amb: 0.5, round: [{ r: 14, a: 14 }], spec: 0.06, shadow: [{ dy: 22, b: 16, o: 0.4 }] });
  return s.toCanvas({ grain: 0, vignette: 0 });
}

function buildParts() {
  const g = 0.45 * 0.6, garment = (paint) => sprite(1200, 1500, g, 0, 0, paint), k = CLIP.k;
  return {
    wall: wallPicture(), counter: counterPicture(),
    shirt: garment((s) => shirt(s)), dress: garment((s) => dress(s, { colour: '#8f3f2b', print: '#f0d9a8' })), coat: garment((s) => coat(s)), jumper: garment((s) => jumper(s, { colour: '#dcc79f' })),
    scarf: sprite(700, 1060, k * 0.62, 240, 300, (s) => scarf(s, SILK.ocra, { bare: true })),
    vase: sprite(640, 1300, k * 0.42, 290, 0, (s) => vase(s)),
    stack: sprite(900, 640, k * 0.42, 190, 560, (s) => { const keep = s.add; let n = 0; s.add = function (o) { return n++ < 2 ? this : keep.call(this, o); }; scarfStack(s); }),
    torso: sprite(640, 860, k, 280, 840, (s) => {
      s.add({ d: sym(600, [50, 850], [[50, 900, 58, 930, 96, 960], [60, 1000, 30, 1010, 0, 1010]]), ...skin, tone: 0.86, round: [{ r: 20, a: 20 }] });
      s.light('M550 860C580 930 650 930 660 850V900C650 950 570 960 548 920Z', 10, 0.3);
      s.add({ d: sym(600, [62, 934], [[120, 944, 200, 962, 236, 1030], [250, 1120, 204, 1240, 194, 1360], [192, 1480, 204, 1580, 212, 1700]]), cut: 'M540 900C556 960 644 960 660 900Z', fill: KNIT, amb: 0.36, fn: knit(13, 10, 1.9), round: [{ r: 50, a: 60 }], folds: [{ b: 14, a: 26, s: [{ d: wedge(420, 1080, 450, 1200, 430, 1320, 10, 44), a: -0.8 }, { d: wedge(780, 1080, 750, 1200, 770, 1320, 10, 44), a: -0.8 }, { d: wedge(470, 1500, 560, 1560, 650, 1560, 10, 44), a: 0.6 }, { d: wedge(740, 1420, 660, 1500, 560, 1500, 10, 44), a: 0.6 }] }] });
      s.add({ d: 'M536 896C552 962 648 962 664 896C676 906 682 930 678 950C660 1008 540 1008 522 950C518 930 524 906 536 896Z', fill: KNIT, amb: 0.4, fn: (x, y) => 2 * Math.sin(Math.atan2(y - 860, x - 600) * 70), round: [{ r: 12, a: 14 }], shadow: CONTACT });
      s.add({ d: { d: 'M546 960C560 1060 588 1110 604 1124C622 1110 644 1060 654 960', w: 4 }, ...brass });
      s.add({ d: ellipse(603, 1138, 15, 19), ...brass, round: [{ r: 8, a: 10 }], shadow: CONTACT });
    }),
    head: sprite(340, 460, k, 430, 500, (s) => {
      const hair = { fill: HAIR, amb: 0.36, spec: 0.16, gloss: 9 };
      s.add({ d: ellipse(612, 582, 62, 54), ...hair, round: [{ r: 28, a: 34 }], fn: (x, y) => 0.9 * Math.sin(Math.hypot(x - 590, y - 570) / 4.4) });
      s.add({ d: sym(600, [0, 606], [[80, 606, 122, 660, 118, 750], [116, 820, 96, 850, 70, 866], [30, 860, 20, 840, 0, 840]]), ...hair, round: [{ r: 30, a: 30 }] });
      for (const x of [500, 700]) { s.add({ d: ellipse(x, 768, 15, 26), ...skin, tone: 0.9, round: [{ r: 8, a: 8 }] }); s.add({ d: ellipse(x, 806, 9, 13), ...brass, round: [{ r: 5, a: 7 }] }); }
      s.add({ d: sym(600, [0, 640], [[66, 640, 96, 690, 97, 748], [97, 812, 64, 884, 0, 886]]), ...skin, soft: [{ r: 34, a: 92 }], folds: [{ b: 10, a: 16, s: [{ d: 'M600 745C604 775 608 790 602 800', w: 22 }] }] });
      s.glow(ellipse(548, 806, 26, 18), 13, [0.1, -0.05, -0.05]); s.glow(ellipse(652, 806, 26, 18), 13, [0.1, -0.05, -0.05]);
      // fringe, parted to the side
      s.add({ d: 'M498 772C486 650 540 604 606 606C690 606 716 680 704 776C700 730 684 694 640 664C610 694 540 700 516 716C504 730 500 750 498 772Z', ...hair, soft: [{ r: 10, a: 18 }], fn: (x, y) => 0.8 * Math.sin((x * 0.35 + y) / 4.4) + 0.5 * Math.sin((x * 0.3 + y) / 2.1), shadow: [{ dx: 3, dy: 9, b: 8, o: 0.34 }] });
      s.marks((x) => {
        x.strokeStyle = '#4a2c20'; x.lineWidth = 6; x.stroke(new Path2D('M536 730C548 720 564 719 576 725')); x.stroke(new Path2D('M626 725C638 719 654 720 666 730'));
        x.strokeStyle = '#b06f4c'; x.lineWidth = 4; x.stroke(new Path2D('M592 804C598 810 608 810 613 803'));
      }, 0.85);
    }),
    // arm that holds the scarf: shoulder at (404,1010), hand at (250,905)
    armHold: sprite(420, 560, k, 130, 830, (s) => {
      const knitArm = { fill: KNIT, amb: 0.36, fn: knit(13, 10, 1.9, 0.3) };
      s.add({ d: { d: 'M416 1030C392 1110 350 1180 306 1240', w: 112 }, ...knitArm, round: [{ r: 34, a: 44 }], folds: [{ b: 9, a: 18, s: [{ d: wedge(360, 1090, 390, 1130, 400, 1180, 6, 24), a: -0.8 }, { d: wedge(280, 1200, 320, 1200, 370, 1230, 8, 26), a: -0.8 }] }] });
      s.add({ d: wedge(312, 1250, 276, 1130, 254, 1000, 112, 74), ...knitArm, round: [{ r: 30, a: 38 }], shadow: [{ dx: 8, dy: 8, b: 9, o: 0.4 }], folds: [{ b: 8, a: 14, s: [{ d: wedge(280, 1180, 300, 1200, 350, 1200, 6, 24), a: -0.8 }] }] });
      s.add({ d: 'M262 1232C262 1290 286 1304 316 1302C350 1298 366 1262 364 1226C340 1206 290 1206 262 1232Z', ...knitArm, fn: undefined, fill: '#2f5a59', soft: [{ r: 26, a: 70 }], folds: [{ b: 6, a: 10, s: [{ d: wedge(282, 1222, 316, 1240, 352, 1216, 5, 16), a: -0.8 }, { d: wedge(290, 1240, 320, 1254, 350, 1240, 5, 12), a: 0.6 }] }] });
      s.add({ d: wedge(250, 1018, 246, 990, 244, 962, 80, 72), fill: KNIT, amb: 0.36, fn: rib(11, 2.4, 9), round: [{ r: 12, a: 14 }], shadow: CONTACT });
      s.add({ d: wedge(246, 980, 243, 940, 238, 900, 48, 58), ...skin, round: [{ r: 16, a: 20 }] });
      s.add({ d: 'M208 900C204 866 220 846 246 846C274 846 282 872 276 904C268 926 214 926 208 900Z', ...skin, round: [{ r: 18, a: 20 }] });
      for (const [x0, y0, x1, y1] of [[268, 858, 216, 862], [272, 876, 212, 880], [272, 893, 214, 897], [266, 909, 220, 912]]) s.add({ d: { d: `M${x0} ${y0}L${x1} ${y1}`, w: 19 }, ...skin, round: [{ r: 7, a: 9 }], shadow: [{ dy: 3, b: 3, o: 0.22 }] });
      s.add({ d: { d: 'M262 898C248 880 240 866 236 850', w: 20 }, ...skin, round: [{ r: 7, a: 9 }], shadow: CONTACT });
    }),
    upperArm: sprite(260, 420, k, 720, 940, (s) => s.add({ d: { d: 'M784 1030C812 1110 850 1180 880 1252', w: 112 }, fill: KNIT, amb: 0.36, fn: knit(13, 10, 1.9, -0.3), round: [{ r: 34, a: 44 }], folds: [{ b: 9, a: 18, s: [{ d: wedge(840, 1090, 810, 1130, 800, 1180, 6, 24), a: -0.8 }] }] })),
    // open hand: elbow at (880,1244)
    forearm: sprite(380, 520, k, 760, 840, (s) => {
      s.add({ d: wedge(880, 1252, 920, 1150, 944, 1040, 112, 74), fill: KNIT, amb: 0.36, fn: knit(13, 10, 1.9, 0.2), round: [{ r: 30, a: 38 }], folds: [{ b: 8, a: 14, s: [{ d: wedge(850, 1180, 890, 1200, 940, 1190, 6, 24), a: -0.8 }] }] });
      s.add({ d: 'M826 1226C824 1262 842 1300 876 1304C908 1304 932 1286 934 1234C908 1206 850 1206 826 1226Z', fill: '#2f5a59', amb: 0.36, soft: [{ r: 26, a: 70 }], folds: [{ b: 6, a: 10, s: [{ d: wedge(842, 1220, 880, 1240, 914, 1222, 5, 16), a: -0.8 }, { d: wedge(846, 1240, 880, 1256, 908, 1242, 5, 12), a: 0.6 }] }] });
      s.add({ d: wedge(944, 1052, 950, 1024, 954, 1000, 80, 72), fill: KNIT, amb: 0.36, fn: rib(11, 2.4, 9), round: [{ r: 12, a: 14 }], shadow: CONTACT });
      for (const [c, e, w] of [[[962, 930, 956, 882], 18], [[980, 926, 984, 876], 19], [[1000, 930, 1010, 884], 18], [[1014, 940, 1034, 900], 16]].map(([c, w]) => [c, 0, w])) s.add({ d: { d: `M${c[0]} ${c[1] + 14}Q${c[0] + 2} ${c[1] - 20} ${c[2]} ${c[3]}`, w: w + 2 }, ...skin, round: [{ r: 7, a: 9 }] });
      s.add({ d: 'M930 1012C928 980 938 940 958 928C986 916 1016 924 1022 946C1024 976 1004 1004 990 1014Z', ...skin, round: [{ r: 20, a: 20 }] });
      s.add({ d: { d: 'M944 976C930 956 922 940 918 920', w: 21 }, ...skin, round: [{ r: 7, a: 9 }] });
      s.add({ d: { d: ellipse(957, 1014, 30, 6), w: 6 }, ...brass, round: [{ r: 3, a: 4 }] });
    }),
  };
}

/** Draws a hanging thing whose rows swing more the lower they are. */
function swing(x, img, left, top, amount, phase, t, { turns = 2, pin = 0, bend = 1.4, lag = 1.1 } = {}) {
  for (let y = 0; y < img.height; y++) {
    const v = Math.max(0, (y - pin) / (img.height - pin)), dx = amount * Math.pow(v, bend) * Math.sin(TURN * turns * t + phase - lag * v);
    x.drawImage(img, 0, y, img.width, 1, left + dx, top + y, img.width, 1.02);
  }
}
function shadowed(x, o, fn) { x.save(); x.shadowColor = `rgba(70,36,18,${o.a})`; x.shadowBlur = o.b; x.shadowOffsetX = o.x; x.shadowOffsetY = o.y; fn(); x.restore(); }
function flat(img, fn) { const c = document.createElement('canvas'); c.width = CLIP.W; c.height = CLIP.H; fn(c.getContext('2d')); return c; }

function drawFrame(x, p, t) {
  const s = (turns, phase = 0) => Math.sin(TURN * turns * t + phase), k = CLIP.k;
  x.drawImage(p.wall, 0, 0);
  // the light of a window that drifts
  x.save(); x.globalCompositeOperation = 'soft-light'; x.globalAlpha = 0.68 + 0.12 * s(1, 0.6); x.drawImage(p.window, -20 + 9 * s(1), 4 * s(1, 1)); x.restore();
  const rail = 560 * k, hang = (img, cx, amount, phase, turns) => { const c = flat(null, (q) => swing(q, img, cx - img.width / 2, rail - 152 * 0.27, amount, phase, t, { turns, pin: 20 })); shadowed(x, { a: 0.34, b: 14, x: 12, y: 14 }, () => x.drawImage(c, 0, 0)); };
  hang(p.jumper, 512, 4, 2.1, 2); hang(p.dress, 402, 6.5, 0.4, 2); hang(p.coat, 10, 3.5, 1.1, 2); hang(p.shirt, 134, 5, 2.8, 2);
  // host
  const lean = 2.6 * s(1, 0.3), breath = 1.1 * s(3), host = flat(null, (q) => {
    q.translate(lean, 0);
    q.drawImage(p.upperArm, 720 * k, 940 * k + breath * 0.5);
    q.save(); q.translate(0, breath * 0.5); q.drawImage(p.torso, 280 * k, 840 * k); q.restore();
    q.save(); q.translate(880 * k, 1244 * k + breath * 0.5); q.rotate(0.1 + 0.13 * s(2, 0.5) + 0.05 * s(5, 1)); q.drawImage(p.forearm, (760 - 880) * k, (840 - 1244) * k); q.restore();
    // head
    q.save(); q.translate(600 * k + 1.5 * s(2, 0.9), 880 * k + breath * 0.7); q.rotate(-0.05 + 0.045 * s(1, 2) + 0.022 * s(4, 0.5)); q.scale(1.09, 1.09); q.translate(-600 * k, -880 * k); q.drawImage(p.head, 430 * k, 500 * k);
    face(q, t, s); q.restore();
  });
  shadowed(x, { a: 0.34, b: 22, x: 16, y: 16 }, () => x.drawImage(host, 0, 0));
  // scarf and the arm in front of it
  const turn = 0.035 * s(1, 0.9) + 0.05 * s(2, 0.2), sx = 410 * k, sy = 1020 * k + breath * 0.5, hx = (240 - 410) * k, hy = (880 - 1020) * k;
  const px = sx + hx * Math.cos(turn) - hy * Math.sin(turn) + lean, py = sy + hx * Math.sin(turn) + hy * Math.cos(turn);
  const cloth = flat(null, (q) => swing(q, p.scarf, px - (600 - 240) * k * 0.62, py - 22 * k, 11, -0.9, t, { turns: 2, bend: 1.2, lag: 1.5 }));
  shadowed(x, { a: 0.36, b: 14, x: 12, y: 12 }, () => x.drawImage(cloth, 0, 0));
  const arm = flat(null, (q) => { q.translate(sx + lean, sy); q.rotate(turn); q.drawImage(p.armHold, (130 - 410) * k, (830 - 1020) * k); });
  shadowed(x, { a: 0.3, b: 10, x: 6, y: 8 }, () => x.drawImage(arm, 0, 0));
  x.drawImage(p.counter, 0, 0);
  shadowed(x, { a: 0.4, b: 12, x: 10, y: 4 }, () => { x.drawImage(p.vase, 404, 1640 * k - 238); x.drawImage(p.stack, 6, 1640 * k - p.stack.height + 8); });
  x.save(); x.globalCompositeOperation = 'soft-light'; x.globalAlpha = 0.22 + 0.06 * s(1, 0.6); x.drawImage(p.window, 30 + 9 * s(1), 180 + 4 * s(1, 1)); x.restore();
}

/** Eyes that blink and a mouth that speaks in phrases. */
function face(x, t, s) {
  x.save(); x.scale(CLIP.k, CLIP.k); x.lineCap = 'round';
  const blink = Math.max(...[0.09, 0.33, 0.56, 0.6, 0.86].map((b) => Math.max(0, 1 - Math.abs(t - b) / 0.0085)));
  for (const cx of [556, 646]) {
    const open = 12.5 * (1 - blink * 0.92), gx = 1.8 * s(1, 2);
    x.fillStyle = '#fbf3ea'; x.beginPath(); x.ellipse(cx, 765, 15, open, 0, 0, TURN); x.fill();
    x.save(); x.clip(); x.fillStyle = '#4b2b1b'; x.beginPath(); x.arc(cx + gx, 765, 10.5, 0, TURN); x.fill(); x.fillStyle = '#fff'; x.beginPath(); x.arc(cx + gx - 3.5, 761, 3, 0, TURN); x.fill(); x.restore();
    x.strokeStyle = '#3a2018'; x.lineWidth = 5; x.beginPath(); x.ellipse(cx, 765 + (12.5 - open) * 0.25, 17, open + 1.5, 0, Math.PI * 1.06, Math.PI * 1.94); x.stroke();
  }
  const phrase = smooth(0.08, 0.12, t) * (1 - smooth(0.38, 0.43, t)) + smooth(0.52, 0.56, t) * (1 - smooth(0.84, 0.9, t));
  const mouth = 3 + phrase * (5 + 5 * s(34) + 3 * s(21, 1)), m = Math.max(2.5, mouth);
  x.fillStyle = '#8c352c'; x.beginPath(); x.moveTo(570, 829); x.quadraticCurveTo(602, 836, 634, 829); x.quadraticCurveTo(604, 842 + m * 2, 570, 829); x.fill();
  x.save(); x.clip(); x.fillStyle = '#fff6ee'; x.fillRect(574, 826, 58, 8 + m * 0.25); x.restore();
  x.strokeStyle = '#b5543f'; x.lineWidth = 5; x.beginPath(); x.moveTo(569, 828); x.quadraticCurveTo(602, 836, 635, 828); x.stroke();
  x.lineWidth = 5.5; x.beginPath(); x.moveTo(570, 829); x.quadraticCurveTo(604, 842 + m * 2, 634, 829); x.stroke();
  x.restore();
}

function windowPicture() {
  setView(580, 1000, CLIP.k, 0, 0);
  const q = (x, y, w, h) => `M${x} ${y}L${x + w} ${y + w * 0.12}L${x + w + h * 0.38} ${y + h + w * 0.12}L${x + h * 0.38} ${y + h}Z`;
  const m = blur(mask([q(120, 60, 250, 400), q(395, 93, 250, 400), q(285, 490, 250, 460), q(560, 523, 250, 460), q(475, 980, 250, 380), q(750, 1013, 250, 380)]), 24);
  const c = document.createElement('canvas'); c.width = View.W; c.height = View.H; const x = c.getContext('2d'), im = x.createImageData(View.W, View.H);
  for (let i = 0; i < m.length; i++) { im.data.set([255, 244, 214, m[i] * 255], i * 4); }
  x.putImageData(im, 0, 0); return c;
}

/** Frames a..b-1 as JPEG data addresses. */
function showroomFrames(a, b, quality) {
  const p = buildParts(); p.window = windowPicture();
  const c = document.createElement('canvas'); c.width = CLIP.W; c.height = CLIP.H; const x = c.getContext('2d', { willReadFrequently: true }), out = [];
  for (let f = a; f < b; f++) { drawFrame(x, p, f / CLIP.frames); out.push(c.toDataURL('image/jpeg', quality)); }
  return out;
}
