#!/bin/sh
# Renders the looped clip into ../stream: 300 frames, a quiet tone, six HLS segments of two seconds, a poster and stream.json.
# Needs Node 20, chromium and ffmpeg. Usage: ./clip.sh [folder with rendered frames]
set -eu
here=$(cd "$(dirname "$0")" && pwd); out="$here/../stream"; work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
frames=${1:-$work/frames}
[ -e "$frames/299.jpg" ] || node "$here/frames.mjs" "$frames"
mkdir -p "$out"; rm -f "$out"/seg*.ts

# A soft chord whose swell is silent at both ends of the loop. 32 kHz makes 12 s exactly 375 AAC frames.
swell='(0.5-0.5*cos(2*PI*t/6))*(0.5-0.5*cos(2*PI*t/12))'
ffmpeg -v error -y -f lavfi -i "aevalsrc='0.02*$swell*(sin(2*PI*196*t)+0.7*sin(2*PI*246.9166667*t)+0.6*sin(2*PI*293.6666667*t)+0.3*sin(2*PI*392.0833333*t))':s=32000:d=12:c=mono" -c:a aac -profile:a aac_low -b:a 24k "$work/tone.m4a"

# Fixed groups of 50 frames: every segment starts with its own keyframe and refers to nothing outside.
video="-framerate 25 -start_number 0 -i $frames/%03d.jpg -vf scale=540:960:in_range=full:out_range=tv:in_color_matrix=bt601:out_color_matrix=bt709,format=yuv420p -c:v libx264 -profile:v high -level 3.1 -preset veryslow -tune animation -b:v ${RATE:-190}k -maxrate 420k -bufsize 840k -g 50 -keyint_min 50 -sc_threshold 0 -bf 2 -x264-params open-gop=0:aq-mode=3:threads=1:stitchable=1 -color_primaries bt709 -color_trc bt709 -colorspace bt709 -color_range tv"
ffmpeg -v error -y $video -pass 1 -passlogfile "$work/pass" -an -f null /dev/null
ffmpeg -v error -y $video -pass 2 -passlogfile "$work/pass" -an "$work/video.mp4"

# The first AAC packet only primes the encoder; it is dropped so that 375 remain; 2880 is one packet of 1024 samples on the 90 kHz clock.
ffmpeg -v error -y -i "$work/video.mp4" -i "$work/tone.m4a" -map 0:v -map 1:a -c copy -bsf:a "noise=drop=eq(n\,0),setts=ts=N*2880" -muxdelay 0.4 -muxpreload 0 \
  -f hls -hls_time 2 -hls_list_size 0 -hls_segment_type mpegts -hls_flags independent_segments -hls_segment_filename "$out/seg%d.ts" "$work/clip.m3u8"
ffmpeg -v error -y -i "$frames/050.jpg" -frames:v 1 -update 1 -pix_fmt yuvj420p -q:v 4 "$out/poster.jpg"
cat "$work/clip.m3u8"
node "$here/stream-json.mjs" "$out"
