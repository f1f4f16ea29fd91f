//! The recording of a show that is over, and how its hearts are told.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::column::text_enum;
use super::show::VideoSource;
use super::video::{self, DEMO_RECORDING, VideoError};

/// Hearts are counted in buckets of this length.
pub const HEARTS_EVERY_SECS: i64 = 10;
/// Buckets that are kept of one show: a day of them, far more than any show lasts.
pub const HEART_COUNTS_MAX: i64 = 24 * 60 * 60 / HEARTS_EVERY_SECS;
/// Bars that a strip of hearts is told in at most; a phone has no more pixels.
pub const HEART_BARS_MAX: usize = 360;
/// How far a recording may begin before or after its show went live.
pub const RECORDING_OFFSET_HOURS_MAX: i64 = 24;

/// Where the recording of a show is, as the shop entered it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum RecordingSource {
    /// The clip that comes with the binary.
    Demo {},
    /// An HLS playlist with an end.
    Hls {
        /// `https`, or `http` on the same machine.
        url: String,
    },
    /// A video file, such as MP4.
    File {
        /// `https`, or `http` on the same machine.
        url: String,
    },
    /// A YouTube video.
    Youtube {
        /// Any of YouTube's watch, share, live or embed addresses.
        url: String,
    },
    /// A Vimeo video.
    Vimeo {
        /// `https://vimeo.com/<number>`.
        url: String,
    },
}

text_enum! {
    /// Which player plays a recording.
    RecordingKind {
        /// The built-in clip, an HLS playlist.
        Demo = "demo",
        /// An HLS playlist.
        Hls = "hls",
        /// A video file.
        File = "file",
        /// YouTube's frame.
        Youtube = "youtube",
        /// Vimeo's frame.
        Vimeo = "vimeo",
    }
}

/// A recording with what a player needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RecordingView {
    /// Which player plays it.
    pub kind: RecordingKind,
    /// The address as entered.
    pub url: Option<String>,
    /// The playlist, the file, or the address of the player's frame.
    pub play_url: Option<String>,
    /// A still picture.
    pub poster_url: Option<String>,
}

impl RecordingSource {
    /// Checks that a player can play it.
    ///
    /// # Errors
    /// Refuses addresses without a recognisable video.
    pub fn check(&self) -> Result<(), VideoError> {
        video::check(&self.as_source())?;
        // Vimeo's events have no address of their own for what they recorded.
        match self.playable().play_url {
            Some(url) if !url.starts_with("https://vimeo.com/event/") => Ok(()),
            _ => Err(VideoError),
        }
    }

    /// The recording with what a player needs.
    #[must_use]
    pub fn playable(&self) -> RecordingView {
        let kind = match self {
            Self::Demo {} => RecordingKind::Demo,
            Self::Hls { .. } => RecordingKind::Hls,
            Self::File { .. } => RecordingKind::File,
            Self::Youtube { .. } => RecordingKind::Youtube,
            Self::Vimeo { .. } => RecordingKind::Vimeo,
        };
        // The name of the page's host is asked for by Twitch alone.
        let video = video::playable(&self.as_source(), "");
        let play_url = match self {
            Self::Demo {} => Some(DEMO_RECORDING.to_owned()),
            _ => video.play_url,
        };
        RecordingView { kind, url: video.url, play_url, poster_url: video.poster_url }
    }

    /// The live source with the same rules; a file's address has those of a playlist's.
    fn as_source(&self) -> VideoSource {
        match self.clone() {
            Self::Demo {} => VideoSource::Demo {},
            Self::Hls { url } | Self::File { url } => VideoSource::Hls { url },
            Self::Youtube { url } => VideoSource::Youtube { url },
            Self::Vimeo { url } => VideoSource::Vimeo { url },
        }
    }
}

/// Hearts that were sent in one stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HeartCount {
    /// When the stretch begins.
    pub at: DateTime<Utc>,
    /// How many.
    pub hearts: i64,
}

/// Where in a show hearts were many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HeartStrip {
    /// Length of a stretch in seconds.
    pub every_secs: i64,
    /// Stretches with hearts, the oldest first; at most 360.
    pub counts: Vec<HeartCount>,
}

impl HeartStrip {
    /// Joins neighbouring buckets until there are few enough.
    #[must_use]
    pub fn of(buckets: &[HeartCount]) -> Self {
        let mut every_secs = HEARTS_EVERY_SECS;
        loop {
            let counts = joined(buckets, every_secs * 1_000);
            if counts.len() <= HEART_BARS_MAX {
                return Self { every_secs, counts };
            }
            every_secs *= 2;
        }
    }
}

fn joined(buckets: &[HeartCount], every_ms: i64) -> Vec<HeartCount> {
    let mut counts: Vec<HeartCount> = Vec::new();
    for bucket in buckets {
        let at_ms = bucket.at.timestamp_millis();
        let at = DateTime::from_timestamp_millis(at_ms - at_ms.rem_euclid(every_ms)).unwrap_or(bucket.at);
        match counts.last_mut().filter(|last| last.at == at) {
            Some(last) => last.hearts += bucket.hearts,
            None => counts.push(HeartCount { at, hearts: bucket.hearts }),
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_is_a_video_with_an_end() {
        let hls = |url: &str| RecordingSource::Hls { url: url.to_owned() };
        let file = |url: &str| RecordingSource::File { url: url.to_owned() };
        let vimeo = |url: &str| RecordingSource::Vimeo { url: url.to_owned() };
        assert!(hls("https://cdn.shop.it/serata.m3u8").check().is_ok());
        assert!(hls("http://cdn.shop.it/serata.m3u8").check().is_err());
        assert!(file("https://cdn.shop.it/serata.mp4").check().is_ok());
        assert!(file("javascript:alert(1)").check().is_err());
        assert!(vimeo("https://vimeo.com/76979871").check().is_ok());
        assert!(vimeo("https://vimeo.com/event/12345").check().is_err(), "it is live");
        assert!(RecordingSource::Demo {}.check().is_ok());
        assert_eq!(file("https://cdn.shop.it/serata.mp4").playable().kind, RecordingKind::File);
    }

    #[test]
    fn twitch_and_nothing_at_all_are_no_recordings() {
        for source in [r#"{"kind":"twitch","url":"https://www.twitch.tv/filo"}"#, r#"{"kind":"none"}"#] {
            assert!(serde_json::from_str::<RecordingSource>(source).is_err(), "{source}");
        }
    }

    #[test]
    fn a_strip_has_few_bars_and_loses_no_heart() {
        let bucket = |n: i64| HeartCount {
            at: DateTime::from_timestamp(1_800_000_000 + n * HEARTS_EVERY_SECS, 0).unwrap(),
            hearts: n % 7 + 1,
        };
        for buckets in [0, 1, 360, 361, HEART_COUNTS_MAX] {
            let buckets: Vec<_> = (0..buckets).map(bucket).collect();
            let strip = HeartStrip::of(&buckets);
            assert!(strip.counts.len() <= HEART_BARS_MAX);
            let sum = |counts: &[HeartCount]| counts.iter().map(|count| count.hearts).sum::<i64>();
            assert_eq!(sum(&strip.counts), sum(&buckets));
            assert!(strip.counts.is_sorted_by_key(|count| count.at));
        }
        assert_eq!(HeartStrip::of(&[bucket(3)]).counts, [bucket(3)]);
    }
}
