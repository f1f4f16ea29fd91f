//! Video sources: what the shop enters, and what a player makes of it.

use url::{Host, Url};

use super::show::{Video, VideoKind, VideoSource};

/// Where the built-in clip is served.
pub const DEMO_PLAYLIST: &str = "/demo/live.m3u8";
/// Where the same clip is served as the recording of a show that is over.
pub const DEMO_RECORDING: &str = "/demo/recording.m3u8";
/// How long that recording is.
pub const DEMO_RECORDING_SECS: u64 = 12 * 60;
/// Its still picture.
pub const DEMO_POSTER: &str = "/demo/poster.jpg";

/// The address is none that the chosen player could play.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no address that the chosen player can play")]
pub struct VideoError;

/// Checks that a source can be played.
///
/// # Errors
/// Refuses addresses without a recognisable video or channel.
pub fn check(source: &VideoSource) -> Result<(), VideoError> {
    let is_playable = match source {
        VideoSource::None {} | VideoSource::Demo {} => true,
        VideoSource::Hls { url } => parse(url).is_some_and(|url| is_secure(&url)),
        VideoSource::Youtube { url } => parse(url).is_some_and(|url| youtube_id(&url).is_some()),
        VideoSource::Vimeo { url } => parse(url).is_some_and(|url| vimeo_path(&url).is_some()),
        VideoSource::Twitch { url } => parse(url).is_some_and(|url| twitch_channel(&url).is_some()),
    };
    if is_playable { Ok(()) } else { Err(VideoError) }
}

/// The source with what a player needs; `host` is the page's own, which Twitch asks for.
#[must_use]
pub fn playable(source: &VideoSource, host: &str) -> Video {
    let (kind, url, play_url) = match source {
        VideoSource::None {} => (VideoKind::None, None, None),
        VideoSource::Demo {} => (VideoKind::Demo, None, Some(DEMO_PLAYLIST.to_owned())),
        VideoSource::Hls { url } => (VideoKind::Hls, Some(url), Some(url.clone())),
        VideoSource::Youtube { url } => {
            let id = parse(url).and_then(|url| youtube_id(&url));
            let frame = id.map(|id| {
                format!("https://www.youtube-nocookie.com/embed/{id}?playsinline=1&autoplay=1&mute=1&enablejsapi=1")
            });
            (VideoKind::Youtube, Some(url), frame)
        }
        VideoSource::Vimeo { url } => {
            (VideoKind::Vimeo, Some(url), parse(url).and_then(|url| vimeo_path(&url)))
        }
        VideoSource::Twitch { url } => {
            let channel = parse(url).and_then(|url| twitch_channel(&url));
            let frame = channel.map(|channel| {
                format!("https://player.twitch.tv/?channel={channel}&parent={host}&muted=true")
            });
            (VideoKind::Twitch, Some(url), frame)
        }
    };
    Video { kind, url: url.cloned(), play_url, poster_url: poster(source) }
}

/// A still picture of a source, where there is one without asking a third party.
#[must_use]
pub fn poster(source: &VideoSource) -> Option<String> {
    matches!(source, VideoSource::Demo {}).then(|| DEMO_POSTER.to_owned())
}

fn parse(url: &str) -> Option<Url> {
    if url.len() > 2_000 {
        return None;
    }
    Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.username().is_empty())
}

/// `https`, or plain http to this machine, where a media server may stand beside us.
fn is_secure(url: &Url) -> bool {
    url.scheme() == "https"
        || match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
}

fn is_host(url: &Url, name: &str) -> bool {
    url.host_str()
        .is_some_and(|host| host == name || host.strip_suffix(name).is_some_and(|sub| sub.ends_with('.')))
}

fn segments(url: &Url) -> Vec<&str> {
    url.path_segments().map(|parts| parts.filter(|part| !part.is_empty()).collect()).unwrap_or_default()
}

/// Eleven letters, digits, hyphens or underscores name a YouTube video.
fn youtube_id(url: &Url) -> Option<String> {
    let parts = segments(url);
    let id = if is_host(url, "youtu.be") {
        parts.first().map(|id| (*id).to_owned())
    } else if is_host(url, "youtube.com") || is_host(url, "youtube-nocookie.com") {
        match parts.as_slice() {
            ["watch", ..] => url.query_pairs().find(|(name, _)| name == "v").map(|(_, id)| id.into_owned()),
            ["live" | "embed" | "shorts" | "v", id, ..] => Some((*id).to_owned()),
            _ => None,
        }
    } else {
        None
    };
    id.filter(|id| id.len() == 11 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'))
}

fn vimeo_path(url: &Url) -> Option<String> {
    if !is_host(url, "vimeo.com") {
        return None;
    }
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    match segments(url).as_slice() {
        ["event", id, ..] if is_number(id) => Some(format!("https://vimeo.com/event/{id}/embed")),
        [id] | ["video", id] if is_number(id) => {
            Some(format!("https://player.vimeo.com/video/{id}?autoplay=1&muted=1&playsinline=1"))
        }
        _ => None,
    }
}

/// Four to 25 letters, digits or underscores name a Twitch channel.
fn twitch_channel(url: &Url) -> Option<String> {
    if !is_host(url, "twitch.tv") {
        return None;
    }
    let channel = segments(url).first().map(|name| name.to_ascii_lowercase())?;
    let is_name = channel.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    ((4..=25).contains(&channel.len()) && is_name).then_some(channel)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_frame(source: &VideoSource, frame: Option<&str>) {
        assert_eq!(check(source).is_ok(), frame.is_some(), "{source:?}");
        let url = playable(source, "live.shop.it").play_url;
        assert!(frame.is_none_or(|frame| url.is_some_and(|url| url.starts_with(frame))), "{source:?}");
    }

    #[test]
    fn addresses_become_player_frames() {
        let youtube = |url: &str| VideoSource::Youtube { url: url.to_owned() };
        let frame = Some("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?");
        check_frame(&youtube("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=3"), frame);
        check_frame(&youtube("https://youtu.be/dQw4w9WgXcQ"), frame);
        check_frame(&youtube("https://youtube.com/live/dQw4w9WgXcQ?feature=share"), frame);
        check_frame(&youtube("https://notyoutube.com/watch?v=dQw4w9WgXcQ"), None);
        check_frame(&youtube("https://youtube.com/watch?v=\"><script>"), None);
        let vimeo = |url: &str| VideoSource::Vimeo { url: url.to_owned() };
        check_frame(&vimeo("https://vimeo.com/76979871"), Some("https://player.vimeo.com/video/76979871?"));
        check_frame(&vimeo("https://vimeo.com/event/12345"), Some("https://vimeo.com/event/12345/embed"));
        check_frame(&vimeo("https://vimeo.com/about"), None);
        let twitch = |url: &str| VideoSource::Twitch { url: url.to_owned() };
        let frame = Some("https://player.twitch.tv/?channel=filo_forma&parent=live.shop.it");
        check_frame(&twitch("https://www.twitch.tv/Filo_Forma"), frame);
        check_frame(&twitch("https://www.twitch.tv/a&b=c"), None);
    }

    #[test]
    fn playlists_are_secure_or_local() {
        let hls = |url: &str| check(&VideoSource::Hls { url: url.to_owned() }).is_ok();
        assert!(hls("https://cdn.shop.it/live.m3u8"));
        assert!(hls("http://127.0.0.1:8888/live.m3u8"));
        assert!(!hls("http://cdn.shop.it/live.m3u8"));
        assert!(!hls("javascript:alert(1)"));
        assert!(!hls("https://user:pass@cdn.shop.it/live.m3u8"));
    }
}
