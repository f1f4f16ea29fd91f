// Checks the segments with ffprobe and writes stream.json.
import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const probe = (file, ...args) => JSON.parse(execFileSync('ffprobe', ['-v', 'error', '-of', 'json', ...args, join(folder, file)]));
const files = readdirSync(folder).filter((f) => /^seg\d+\.ts$/.test(f)).sort();
let codecs, width, height;
const segments = files.map((file) => {
  const { streams } = probe(file, '-show_streams', '-show_data'), video = streams.find((s) => s.codec_type === 'video'), audio = streams.find((s) => s.codec_type === 'audio');
  const packets = probe(file, '-select_streams', 'v', '-show_packets').packets;
  if (packets.length !== 50 || packets.filter((p) => p.flags.startsWith('K')).length !== 1 || !packets[0].flags.startsWith('K')) throw new Error(`${file}: not 50 frames behind one keyframe`);
  if (video.codec_name !== 'h264' || audio.codec_name !== 'aac' || audio.profile !== 'LC') throw new Error(`${file}: not H.264 and AAC-LC`);
  const profile = { 'Constrained Baseline': '42e0', Main: '4d40', High: '6400' }[video.profile];
  codecs = `avc1.${profile}${video.level.toString(16).padStart(2, '0')},mp4a.40.2`; ({ width, height } = video);
  return { file, duration_ms: 2000 };
});
writeFileSync(join(folder, 'stream.json'), JSON.stringify({ segments, width, height, codecs }, null, 2) + '\n');
console.log(codecs);
