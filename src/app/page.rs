//! Lists come in pages; a cursor is the id behind which the next page begins.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use uuid::Uuid;

/// Entries of a page where the client asks for nothing else.
pub const PAGE_DEFAULT: i64 = 50;
/// Entries of a page at most; a product carries its variants and pictures along.
pub const PAGE_MAX: i64 = 100;

/// Which page is wanted.
#[derive(Clone, Copy, Debug)]
pub struct PageRequest<Id> {
    /// The last entry of the page before.
    pub before: Option<Id>,
    /// Entries wanted.
    limit: i64,
}

/// Entries and where the next page begins.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// Newest first.
    pub items: Vec<T>,
    /// `None` on the last page.
    pub next_cursor: Option<String>,
}

/// A limit out of range or a cursor that was not made here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("limit or cursor cannot be used")]
pub struct BadPage;

impl super::Refusal for BadPage {
    fn code(&self) -> crate::domain::problem::Code {
        crate::domain::problem::Code::Malformed
    }
}

impl<Id: From<Uuid> + Copy> PageRequest<Id> {
    /// Reads the two parameters of a list.
    ///
    /// # Errors
    /// Refuses limits outside 1 to [`PAGE_MAX`] and foreign cursors.
    pub fn new(limit: Option<i64>, cursor: Option<&str>) -> Result<Self, BadPage> {
        let limit = limit.unwrap_or(PAGE_DEFAULT);
        if !(1..=PAGE_MAX).contains(&limit) {
            return Err(BadPage);
        }
        let before = cursor.map(decode).transpose()?.map(Id::from);
        Ok(Self { before, limit })
    }

    /// One more than wanted, which tells whether there is a next page.
    #[must_use]
    pub const fn limit_and_one(&self) -> i64 {
        self.limit + 1
    }

    /// Cuts the surplus entry off and makes the cursor.
    #[must_use]
    pub fn cut<T>(&self, mut items: Vec<T>, id: impl Fn(&T) -> Id) -> Page<T>
    where
        Id: IntoUuid,
    {
        let wanted = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let has_more = items.len() > wanted;
        items.truncate(wanted);
        let next_cursor = items.last().filter(|_| has_more).map(|last| encode(id(last).into_uuid()));
        Page { items, next_cursor }
    }
}

impl<T> Page<T> {
    /// Turns each entry into another form.
    pub fn map<U>(self, form: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(form).collect(), next_cursor: self.next_cursor }
    }
}

/// An id that can become a cursor.
pub trait IntoUuid {
    /// The bare value.
    fn into_uuid(self) -> Uuid;
}

macro_rules! cursor_ids {
    ($($id:ty),+) => {$(
        impl IntoUuid for $id {
            fn into_uuid(self) -> Uuid {
                self.as_uuid()
            }
        }
    )+};
}

cursor_ids!(
    crate::domain::ids::ProductId,
    crate::domain::ids::ShowId,
    crate::domain::ids::OrderId,
    crate::domain::ids::LinkId,
    crate::domain::ids::OfferId
);

fn encode(id: Uuid) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(id.as_bytes())
}

fn decode(cursor: &str) -> Result<Uuid, BadPage> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).map_err(|_| BadPage)?;
    Uuid::from_slice(&bytes).map_err(|_| BadPage)
}
