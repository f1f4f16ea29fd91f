//! Plays the demo clip as a live stream that never ends.
//!
//! Nothing runs and nothing is stored: the playlist is computed from the clock, so all viewers and
//! all nodes see the same picture at the same time.
//! Invariant: a segment that once was in the playlist keeps its number and its date.

use std::fmt::Write;
use std::sync::LazyLock;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, SecondsFormat, Utc};
use rust_embed::{Embed, EmbeddedFile};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::ApiState;
use super::extract::Path;
use super::problem::Problem;
use crate::domain::video::{DEMO_PLAYLIST, DEMO_RECORDING, DEMO_RECORDING_SECS};

#[derive(Embed)]
#[folder = "$CARGO_MANIFEST_DIR/demo/stream"]
struct Files;

/// Segments in the playlist; a player keeps three away from the end and three are left to be late.
const WINDOW: usize = 6;
/// A year: the address of a segment names its content.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

static CLIP: LazyLock<Clip> = LazyLock::new(|| {
    let file = Files::get("stream.json").expect("the clip is part of the program");
    serde_json::from_slice(&file.data).expect("the clip is part of the program and tested")
});

/// The clip as it was cut.
#[derive(Clone, Debug, Deserialize)]
struct Clip {
    segments: Vec<Cut>,
}

#[derive(Clone, Debug, Deserialize)]
struct Cut {
    file: String,
    duration_ms: u64,
}

/// One segment of the endless stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Segment {
    /// Its number since 1970, the same for everybody.
    number: u64,
    /// Which turn of the loop it belongs to; each turn starts its timestamps anew.
    turn: u64,
    /// Its place in the clip.
    index: usize,
    /// When it begins.
    starts_ms: u64,
}

/// The endpoints of this file, outside of `/api`.
pub fn routes() -> Router<ApiState> {
    Router::new()
        .route(DEMO_PLAYLIST, get(playlist))
        .route(DEMO_RECORDING, get(recording))
        .route("/demo/{file}", get(file))
}

async fn playlist(State(state): State<ApiState>, headers: HeaderMap) -> Response {
    let text = CLIP.playlist(state.app.clock().now(), state.app.started_at(), segment_url);
    // The text is settled by the number of its first segment.
    let first = text.lines().find_map(|line| line.strip_prefix("#EXT-X-MEDIA-SEQUENCE:")).unwrap_or_default();
    let tag = HeaderValue::from_str(&format!("\"{first}\"")).expect("digits are a header value");
    respond(text.into_bytes(), "application/vnd.apple.mpegurl", "no-cache", tag, &headers)
}

/// The clip over and over, as the recording of a show that is over.
async fn recording(headers: HeaderMap) -> Response {
    let text = CLIP.recording(DEMO_RECORDING_SECS * 1_000, segment_url);
    let tag = format!("\"{}\"", hex::encode(&Sha256::digest(&text)[..8]));
    let tag = HeaderValue::from_str(&tag).expect("hex is a header value");
    respond(text.into_bytes(), "application/vnd.apple.mpegurl", "public, max-age=3600", tag, &headers)
}

async fn file(Path(name): Path<String>, headers: HeaderMap) -> Result<Response, Problem> {
    let kind = match name.rsplit_once('.') {
        Some((_, "ts")) => "video/mp2t",
        Some((_, "jpg")) => "image/jpeg",
        _ => return Err(Problem::not_found()),
    };
    let file = Files::get(&name).ok_or_else(Problem::not_found)?;
    // The poster has a fixed address, so it is asked for anew now and then.
    let caching = if kind == "video/mp2t" { IMMUTABLE } else { "public, max-age=3600" };
    let tag = HeaderValue::from_str(&format!("\"{}\"", hash(&file))).expect("hex is a header value");
    Ok(respond(file.data.into_owned(), kind, caching, tag, &headers))
}

fn respond(
    body: Vec<u8>,
    kind: &'static str,
    caching: &'static str,
    tag: HeaderValue,
    headers: &HeaderMap,
) -> Response {
    let mut response = if headers.get(header::IF_NONE_MATCH) == Some(&tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        body.into_response()
    };
    let answer = response.headers_mut();
    answer.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    answer.insert(header::ETAG, tag);
    response
}

/// The address of a segment; another clip of the same name has another address.
fn segment_url(name: &str) -> String {
    Files::get(name).map_or_else(|| name.to_owned(), |file| format!("{name}?v={}", hash(&file)))
}

fn hash(file: &EmbeddedFile) -> String {
    hex::encode(&file.metadata.sha256_hash()[..8])
}

impl Clip {
    fn turn_ms(&self) -> u64 {
        self.segments.iter().map(|cut| cut.duration_ms).sum::<u64>().max(1)
    }

    /// The list of a recording of at least this length, made of whole segments.
    fn recording(&self, length_ms: u64, url: impl Fn(&str) -> String) -> String {
        let longest = self.segments.iter().map(|cut| cut.duration_ms).max().unwrap_or_default();
        let mut text = format!(
            "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-TARGETDURATION:{}\n\
             #EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-INDEPENDENT-SEGMENTS\n",
            longest.div_ceil(1000),
        );
        let segments = (0..).map(|number| self.segment(number));
        for segment in segments.take_while(|segment| segment.starts_ms < length_ms) {
            let cut = &self.segments[segment.index];
            if segment.index == 0 && segment.turn > 0 {
                text.push_str("#EXT-X-DISCONTINUITY\n");
            }
            let (secs, millis) = (cut.duration_ms / 1000, cut.duration_ms % 1000);
            // Writing to a string cannot fail.
            let _ = write!(text, "#EXTINF:{secs}.{millis:03},\n{}\n", url(&cut.file));
        }
        text.push_str("#EXT-X-ENDLIST\n");
        text
    }

    /// The segment of this number.
    fn segment(&self, number: u64) -> Segment {
        let count = self.segments.len() as u64;
        let (turn, index) = (number / count, usize::try_from(number % count).unwrap_or_default());
        let before: u64 = self.segments[..index].iter().map(|cut| cut.duration_ms).sum();
        Segment { number, turn, index, starts_ms: turn * self.turn_ms() + before }
    }

    /// The newest segment that is over; what is still being shown cannot be loaded yet.
    fn newest(&self, now_ms: u64) -> u64 {
        let (turn, mut within) = (now_ms / self.turn_ms(), now_ms % self.turn_ms());
        let mut over = 0;
        for cut in &self.segments {
            if within < cut.duration_ms {
                break;
            }
            within -= cut.duration_ms;
            over += 1;
        }
        (turn * self.segments.len() as u64 + over).saturating_sub(1)
    }

    /// The list of the newest segments.
    ///
    /// Discontinuities are counted from the turn before the server's start: hls.js keeps a list as
    /// long as the count, so one that began in 1970 would freeze the page.
    fn playlist(
        &self,
        now: DateTime<Utc>,
        started_at: DateTime<Utc>,
        url: impl Fn(&str) -> String,
    ) -> String {
        let newest = self.newest(u64::try_from(now.timestamp_millis()).unwrap_or_default());
        let oldest = newest.saturating_sub(WINDOW as u64 - 1);
        let first = self.segment(oldest);
        // The tag before the first segment of a turn counts among those in the list.
        let turns_before = first.turn.saturating_sub(u64::from(first.index == 0));
        let started_ms = u64::try_from(started_at.timestamp_millis()).unwrap_or_default();
        let turns_before =
            turns_before.saturating_sub((started_ms / self.turn_ms()).saturating_sub(WINDOW as u64 + 2));
        let longest = self.segments.iter().map(|cut| cut.duration_ms).max().unwrap_or_default();
        let mut text = format!(
            "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:{}\n#EXT-X-MEDIA-SEQUENCE:{}\n\
             #EXT-X-DISCONTINUITY-SEQUENCE:{turns_before}\n#EXT-X-INDEPENDENT-SEGMENTS\n",
            longest.div_ceil(1000),
            first.number,
        );
        for number in oldest..=newest {
            let segment = self.segment(number);
            let cut = &self.segments[segment.index];
            if segment.index == 0 {
                text.push_str("#EXT-X-DISCONTINUITY\n");
            }
            let starts = i64::try_from(segment.starts_ms).ok().and_then(DateTime::from_timestamp_millis);
            let starts = starts.unwrap_or(now).to_rfc3339_opts(SecondsFormat::Millis, true);
            let (secs, millis) = (cut.duration_ms / 1000, cut.duration_ms % 1000);
            // Writing to a string cannot fail.
            let _ = write!(
                text,
                "#EXT-X-PROGRAM-DATE-TIME:{starts}\n#EXTINF:{secs}.{millis:03},\n{}\n",
                url(&cut.file)
            );
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn clip(durations: &[u64]) -> Clip {
        let cut = |(n, ms): (usize, &u64)| Cut { file: format!("seg{n}.ts"), duration_ms: *ms };
        Clip { segments: durations.iter().enumerate().map(cut).collect() }
    }

    fn at(ms: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(ms).unwrap()
    }

    /// A segment as a player understands it from a playlist.
    #[derive(Clone, Debug, PartialEq, Eq)]
    struct Seen {
        discontinuity: u64,
        date: String,
        url: String,
    }

    fn tag<'a>(text: &'a str, name: &str) -> &'a str {
        text.lines().find_map(|line| line.strip_prefix(name)).unwrap()
    }

    /// Reads a playlist as RFC 8216 says, sections 4.3.3.2 and 4.3.3.3.
    fn read(text: &str) -> BTreeMap<u64, Seen> {
        let mut number: u64 = tag(text, "#EXT-X-MEDIA-SEQUENCE:").parse().unwrap();
        let mut discontinuity: u64 = tag(text, "#EXT-X-DISCONTINUITY-SEQUENCE:").parse().unwrap();
        let mut date = String::new();
        let mut seen = BTreeMap::new();
        for line in text.lines() {
            if line == "#EXT-X-DISCONTINUITY" {
                discontinuity += 1;
            } else if let Some(value) = line.strip_prefix("#EXT-X-PROGRAM-DATE-TIME:") {
                value.clone_into(&mut date);
            } else if !line.starts_with('#') {
                seen.insert(number, Seen { discontinuity, date: date.clone(), url: line.to_owned() });
                number += 1;
            }
        }
        seen
    }

    #[test]
    fn the_loop_join_is_marked() {
        let text = clip(&[2000, 2000, 2000]).playlist(at(20_500), at(0), str::to_owned);
        let expected = "\
#EXTM3U
#EXT-X-VERSION:3
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:4
#EXT-X-DISCONTINUITY-SEQUENCE:1
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:08.000Z
#EXTINF:2.000,
seg1.ts
#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:10.000Z
#EXTINF:2.000,
seg2.ts
#EXT-X-DISCONTINUITY
#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:12.000Z
#EXTINF:2.000,
seg0.ts
#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:14.000Z
#EXTINF:2.000,
seg1.ts
#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:16.000Z
#EXTINF:2.000,
seg2.ts
#EXT-X-DISCONTINUITY
#EXT-X-PROGRAM-DATE-TIME:1970-01-01T00:00:18.000Z
#EXTINF:2.000,
seg0.ts
";
        assert_eq!(text, expected);
    }

    #[test]
    fn a_segment_never_changes_its_number_date_or_turn() {
        for durations in [&[2000; 6][..], &[2000; 4], &[2000, 1960, 1440], &[2000]] {
            let clip = clip(durations);
            let mut known: BTreeMap<u64, Seen> = BTreeMap::new();
            let mut last = 0;
            let start = 1_795_000_000_000_i64;
            for step in 0..400 {
                let seen = read(&clip.playlist(at(start + step * 250), at(start), str::to_owned));
                assert_eq!(seen.len(), WINDOW);
                let first = *seen.keys().next().unwrap();
                assert!(
                    seen[&first].discontinuity <= WINDOW as u64 + 62,
                    "players keep a list of this length"
                );
                assert!(step == 0 || first == last || first == last + 1, "from {last} to {first}");
                last = first;
                for (number, segment) in seen {
                    let before = known.entry(number).or_insert_with(|| segment.clone());
                    assert_eq!(*before, segment, "segment {number}");
                }
            }
            let joins = known.values().zip(known.values().skip(1));
            for (one, next) in joins {
                let is_join = next.url == "seg0.ts";
                assert_eq!(next.discontinuity, one.discontinuity + u64::from(is_join));
            }
        }
    }

    #[test]
    fn only_segments_that_are_over_are_listed() {
        let clip = clip(&[2000, 1960, 1440]);
        for ms in (1_795_000_000_000_u64..).step_by(37).take(1_000) {
            let newest = clip.segment(clip.newest(ms));
            let next = clip.segment(newest.number + 1);
            assert!(next.starts_ms <= ms && ms < clip.segment(newest.number + 2).starts_ms, "{ms}");
            assert_eq!(next.starts_ms, newest.starts_ms + clip.segments[newest.index].duration_ms);
        }
    }

    #[test]
    fn a_recording_is_as_long_as_it_says_and_has_an_end() {
        let clip = clip(&[2000, 1960, 1440]);
        let text = clip.recording(720_000, str::to_owned);
        let lengths = text.lines().filter_map(|line| line.strip_prefix("#EXTINF:")?.strip_suffix(','));
        let sum: f64 = lengths.map(|secs| secs.parse::<f64>().unwrap()).sum();
        assert!((720.0..722.0).contains(&sum), "{sum}");
        let joins = text.lines().filter(|line| *line == "#EXT-X-DISCONTINUITY").count();
        let turns = text.lines().filter(|line| *line == "seg0.ts").count();
        assert_eq!(joins, turns - 1, "each turn starts its timestamps anew");
        assert!(text.ends_with("#EXT-X-ENDLIST\n"));
    }

    #[test]
    fn the_clip_in_the_program_is_whole() {
        for cut in &CLIP.segments {
            assert!(Files::get(&cut.file).is_some(), "{}", cut.file);
            assert!((1..=2000).contains(&cut.duration_ms));
        }
        assert!(Files::get("poster.jpg").is_some());
    }
}
