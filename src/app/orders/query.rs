//! What a list of orders may be narrowed to, checked before the database is asked.

use chrono::{DateTime, Utc};

use crate::app::Invalid;
use crate::domain::ids::ShowId;
use crate::domain::order::OrderStatus;
use crate::domain::text;
use crate::storage::OrderFilter;

/// Characters of a search; nobody types a longer name.
const SEARCH_CHARS_MAX: usize = 100;

/// Which orders are wanted; what is not set narrows nothing.
#[derive(Clone, Debug, Default)]
pub struct OrderQuery {
    /// Of one show only.
    pub show: Option<ShowId>,
    /// Of these statuses only; none means of any.
    pub statuses: Vec<OrderStatus>,
    /// Of test money only, or of real money only.
    pub is_test: Option<bool>,
    /// Only those that a person has to look at, or only the others.
    pub needs_review: Option<bool>,
    /// Made at this time or later.
    pub created_from: Option<DateTime<Utc>>,
    /// Made before this time.
    pub created_until: Option<DateTime<Utc>>,
    /// Paid at this time or later.
    pub paid_from: Option<DateTime<Utc>>,
    /// Paid before this time.
    pub paid_until: Option<DateTime<Utc>>,
    /// Words in number, name or address of the buyer.
    pub search: Option<String>,
}

impl OrderQuery {
    /// The query as the database takes it, its first page.
    pub(super) fn filter(&self) -> Result<OrderFilter, Invalid> {
        let mut invalid = Invalid::default();
        let ends = [
            ("created_until", self.created_from, self.created_until),
            ("paid_until", self.paid_from, self.paid_until),
        ];
        for (name, from, until) in ends {
            if from.zip(until).is_some_and(|(from, until)| until <= from) {
                invalid.push(name, "out_of_range");
            }
        }
        let search = self.search.as_deref().unwrap_or_default().trim();
        if search.chars().count() > SEARCH_CHARS_MAX {
            invalid.push("search", "too_long");
        }
        invalid.into_result()?;
        Ok(OrderFilter {
            show: self.show,
            statuses: self.statuses.clone(),
            is_test: self.is_test,
            needs_review: self.needs_review,
            created_from: self.created_from,
            created_until: self.created_until,
            paid_from: self.paid_from,
            paid_until: self.paid_until,
            search: (!search.is_empty()).then(|| text::search_key(search)),
            before: None,
        })
    }
}
