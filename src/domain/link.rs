//! Shoppable links: short addresses that lead to a show or product and tell where a buyer came from.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::column::{text_column, text_enum};
use super::ids::{LinkId, OverlayKeyId, ProductId, ShopId, ShowId, VariantId};
use super::money::Money;

/// Characters of a code: 31^7 are 27 thousand million codes, still typed from paper in a moment.
const CODE_CHARS: usize = 7;
/// What codes are made of; no letter or digit that is read for another.
const CODE_ALPHABET: &[u8; 31] = b"23456789abcdefghjkmnpqrstuvwxyz";
/// Links of one shop; a busy shop makes a few for each of its shows.
pub const LINKS_MAX: i64 = 10_000;
/// Overlay keys of one shop that work at the same time.
pub const OVERLAY_KEYS_MAX: i64 = 20;

text_enum! {
    /// Where a link is published.
    LinkSource {
        /// Instagram.
        Instagram = "instagram",
        /// TikTok.
        Tiktok = "tiktok",
        /// YouTube.
        Youtube = "youtube",
        /// Facebook.
        Facebook = "facebook",
        /// The messenger of that name.
        Whatsapp = "whatsapp",
        /// A newsletter.
        Newsletter = "newsletter",
        /// Paper: labels, flyers, shop windows.
        Print = "print",
        /// Anywhere else.
        Other = "other",
    }
}

/// The last part of a link's address; capitals are read as small letters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LinkCode(String);

impl LinkCode {
    /// Makes one of random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; CODE_CHARS * 2]) -> Self {
        let letter = |pair: &[u8; 2]| {
            // Two bytes, so that no letter is visibly more frequent than another.
            let at = usize::from(u16::from_be_bytes(*pair)) % CODE_ALPHABET.len();
            char::from(CODE_ALPHABET[at])
        };
        Self(bytes.as_chunks::<2>().0.iter().map(letter).collect())
    }

    /// Reads one as people type it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let code = text.to_ascii_lowercase();
        let is_code = code.len() == CODE_CHARS && code.bytes().all(|c| CODE_ALPHABET.contains(&c));
        is_code.then_some(Self(code))
    }

    /// The text as stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part of the address behind the host.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/l/{}", self.0)
    }
}

text_column!(LinkCode);

impl Serialize for LinkCode {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for LinkCode {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not the code of a link"))
    }
}

/// A link as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Link {
    /// Identity.
    pub id: LinkId,
    /// Whose it is.
    pub shop_id: ShopId,
    /// Names it in its address.
    pub code: LinkCode,
    /// The show it opens; without one, whichever show has the product.
    pub show_id: Option<ShowId>,
    /// The product it opens.
    pub product_id: Option<ProductId>,
    /// The variant that is chosen there.
    pub variant_id: Option<VariantId>,
    /// Where it is published.
    pub source: LinkSource,
    /// The shop's own words for it; may be empty.
    pub label: String,
    /// The overlay that it was made for.
    pub overlay_key_id: Option<OverlayKeyId>,
    /// How often people opened it.
    pub clicks: i64,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it stops leading anywhere by itself.
    pub expires_at: Option<DateTime<Utc>>,
    /// When the shop took it back.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

text_enum! {
    /// Whether a link still leads where it was made for.
    LinkStatus {
        /// It does.
        Active = "active",
        /// Its time is over.
        Expired = "expired",
        /// The shop took it back.
        Withdrawn = "withdrawn",
    }
}

impl Link {
    /// Whether it still leads where it was made for.
    #[must_use]
    pub fn status(&self, now: DateTime<Utc>) -> LinkStatus {
        if self.withdrawn_at.is_some() {
            LinkStatus::Withdrawn
        } else if self.expires_at.is_some_and(|at| at <= now) {
            LinkStatus::Expired
        } else {
            LinkStatus::Active
        }
    }
}

text_enum! {
    /// Why a link led elsewhere than to what it was made for; part of the address people land on.
    LinkNotice {
        /// There is no such link.
        Unknown = "link_unknown",
        /// Its time is over.
        Expired = "link_expired",
        /// The shop took it back.
        Withdrawn = "link_withdrawn",
        /// The show is not announced, or is gone.
        ShowGone = "show_gone",
        /// The product is not in the show any more.
        ProductGone = "product_gone",
        /// No piece is left.
        SoldOut = "sold_out",
    }
}

/// Where an opened link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landing {
    /// URL part of the show; none leads to the shop's first page.
    pub show: Option<String>,
    /// URL part of the product that is opened there.
    pub product: Option<String>,
    /// The variant that is chosen there.
    pub variant: Option<VariantId>,
    /// The link that orders are counted for; none for one that leads nowhere any more.
    pub code: Option<LinkCode>,
    /// Why it is another place than the link was made for.
    pub notice: Option<LinkNotice>,
}

impl Landing {
    /// The path and query to go to; `asks` are parameters that the visitor brought along.
    #[must_use]
    pub fn address(&self, asks: &[(&str, String)]) -> String {
        let path = self.show.as_ref().map_or_else(|| "/".to_owned(), |show| format!("/show/{show}"));
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in asks {
            query.append_pair(name, value);
        }
        let variant = self.variant.map(|variant| variant.to_string());
        let parts = [
            ("product", self.product.as_deref()),
            ("variant", variant.as_deref()),
            ("link", self.code.as_ref().map(LinkCode::as_str)),
            ("notice", self.notice.map(LinkNotice::as_str)),
        ];
        query.extend_pairs(parts.into_iter().filter_map(|(name, value)| Some((name, value?))));
        match query.finish().as_str() {
            "" => path,
            query => format!("{path}?{query}"),
        }
    }
}

/// What a link brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct LinkFigures {
    /// How often people opened it; crawlers that draw previews are not counted.
    pub clicks: i64,
    /// Orders that were begun, paid or not.
    pub reservations: i64,
    /// Orders that were paid.
    pub orders: i64,
    /// What was paid and not given back, of the kind of money that the shop takes at present.
    pub revenue: Money,
}

/// Whether a request is one of a program that draws a preview or reads pages, not of a person.
///
/// The words are those by which crawlers of social networks, messengers and search engines name
/// themselves. `bot` counts at the end of a name only, since telephones have it at its beginning or
/// middle; a request without any name is a program's.
#[must_use]
pub fn is_crawler(user_agent: &str) -> bool {
    const WORDS: [&str; 18] = [
        "facebookexternalhit",
        "facebookcatalog",
        "meta-external",
        "whatsapp",
        "telegram",
        "skypeuripreview",
        "preview",
        "crawler",
        "spider",
        "embedly",
        "slack-imgproxy",
        "pinterest/",
        "vkshare",
        "curl/",
        "wget/",
        "python-",
        "go-http-client",
        "mastodon/",
    ];
    let name = user_agent.to_ascii_lowercase();
    let ends_in_bot =
        name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word.ends_with("bot") && word != "cubot");
    name.trim().is_empty() || ends_in_bot || WORDS.iter().any(|word| name.contains(word))
}

/// A key of an overlay as stored; its token is told once and kept as a hash.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct OverlayKey {
    /// Identity.
    pub id: OverlayKeyId,
    /// Whose shows it watches.
    pub shop_id: ShopId,
    /// The shop's own words for it.
    pub name: String,
    /// Where the picture under the overlay is shown; its links count for this source.
    pub source: LinkSource,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When an overlay was last seen with it, to the minute.
    pub seen_at: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        let code = LinkCode::from_random([7; 14]);
        assert_eq!(LinkCode::parse(&code.as_str().to_uppercase()), Some(code.clone()));
        assert_eq!(code.path(), format!("/l/{}", code.as_str()));
        // Looks like another letter, too short, too long, not ASCII.
        for text in ["abcde1f", "abcdeof", "abcdef", "abcdefgh", "abcdeéf", ""] {
            assert_eq!(LinkCode::parse(text), None, "{text}");
        }
    }

    #[test]
    fn codes_use_the_whole_alphabet() {
        let mut seen = std::collections::BTreeSet::new();
        for n in 0..31u8 {
            seen.extend(LinkCode::from_random([0, n, 0, n, 0, n, 0, n, 0, n, 0, n, 0, n]).0.chars());
        }
        assert_eq!(seen.len(), CODE_ALPHABET.len());
    }

    #[test]
    fn a_landing_is_an_address() {
        let code = LinkCode::from_random([0; 14]);
        let landing = Landing {
            show: Some("autunno".to_owned()),
            product: Some("sciarpa".to_owned()),
            variant: None,
            code: Some(code.clone()),
            notice: None,
        };
        assert_eq!(landing.address(&[]), format!("/show/autunno?product=sciarpa&link={}", code.as_str()));
        let asks = [("buy", String::new()), ("lang", "it".to_owned())];
        assert!(landing.address(&asks).starts_with("/show/autunno?buy=&lang=it&product=sciarpa&"));
        let lost = Landing {
            show: None,
            product: None,
            variant: None,
            code: None,
            notice: Some(LinkNotice::Unknown),
        };
        assert_eq!(lost.address(&[]), "/?notice=link_unknown");
    }

    #[test]
    fn programs_are_told_from_people() {
        for crawler in [
            "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
            "WhatsApp/2.23.20.0 A",
            "Twitterbot/1.0",
            "TelegramBot (like TwitterBot)",
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Mozilla/5.0 (compatible; bingbot/2.0)",
            "LinkedInBot/1.0",
            "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Applebot/0.1",
            "Slackbot-LinkExpanding 1.0",
            "Discordbot/2.0",
            "",
        ] {
            assert!(is_crawler(crawler), "{crawler}");
        }
        for person in [
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Instagram 300.0",
            "Mozilla/5.0 (Linux; Android 13; CUBOT P60) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36",
            "Mozilla/5.0 (Linux; Android 13) [FBAN/EMA;FBLC/it_IT;FBAV/380.0]",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36",
        ] {
            assert!(!is_crawler(person), "{person}");
        }
    }
}
