//! Turns what members send into shows, or names every field at fault.

use super::NewShow;
use crate::app::{App, Invalid};
use crate::domain::ids::{ShopId, ShowId};
use crate::domain::show::{SYNC_OFFSET_MS_MAX, Show, ShowStatus, VideoSource};
use crate::domain::text;
use crate::domain::video::{self, VideoError};

/// Characters of a show's title.
const TITLE_CHARS_MAX: usize = 120;
/// Characters of a show's description.
const DESCRIPTION_CHARS_MAX: usize = 2_000;

impl App {
    pub(super) fn new_show(&self, shop_id: ShopId, new: NewShow) -> Result<Show, Invalid> {
        let mut invalid = Invalid::default();
        let id = ShowId::from(self.clock().uuid());
        let title = check_title(&new.title, &mut invalid);
        let description = check_description(&new.description, &mut invalid);
        let video = new.video.unwrap_or(VideoSource::None {});
        check_video(&video, &mut invalid);
        check_sync_offset(new.sync_offset_ms, &mut invalid);
        let slug = match new.slug {
            // A slug that reads as an id could never be reached.
            Some(slug)
                if text::slug(&slug) == slug && !slug.is_empty() && slug.parse::<ShowId>().is_err() =>
            {
                slug
            }
            Some(_) => {
                invalid.push("/slug", "not_a_slug");
                String::new()
            }
            None => format!("{}-{}", text::slug(&title), &id.as_uuid().simple().to_string()[26..])
                .trim_start_matches('-')
                .to_owned(),
        };
        invalid.into_result()?;
        let status = if new.starts_at.is_some() { ShowStatus::Scheduled } else { ShowStatus::Draft };
        Ok(Show {
            id,
            shop_id,
            slug,
            title,
            description,
            status,
            is_rehearsal: new.is_rehearsal,
            video,
            sync_offset_ms: new.sync_offset_ms,
            starts_at: new.starts_at,
            started_at: None,
            ended_at: None,
            replay_published_at: None,
            slow_mode_secs: 0,
            takes_questions: true,
            is_chat_locked: false,
            pinned_message_id: None,
            last_seq: 0,
            last_member_seq: 0,
        })
    }
}

pub(super) fn check_title(title: &str, invalid: &mut Invalid) -> String {
    text::line(title, TITLE_CHARS_MAX).unwrap_or_else(|error| {
        invalid.push("/title", error.code());
        String::new()
    })
}

pub(super) fn check_description(description: &str, invalid: &mut Invalid) -> String {
    text::paragraphs(description, DESCRIPTION_CHARS_MAX).unwrap_or_else(|error| {
        invalid.push("/description", error.code());
        String::new()
    })
}

pub(super) fn check_video(source: &VideoSource, invalid: &mut Invalid) {
    if let Err(VideoError) = video::check(source) {
        invalid.push("/video/url", "not_a_video_address");
    }
}

pub(super) fn check_sync_offset(ms: i64, invalid: &mut Invalid) {
    if !(-SYNC_OFFSET_MS_MAX..=SYNC_OFFSET_MS_MAX).contains(&ms) {
        invalid.push("/sync_offset_ms", "out_of_range");
    }
}
