//! Writes moments for people, in Italian and English, with the offset of the clock they are read by.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, TimeDelta, Utc, Weekday};

use super::language::Language;

/// Seconds of an hour.
const HOUR_SECS: i32 = 3_600;

const ITALIAN_MONTHS: [&str; 12] = [
    "gennaio",
    "febbraio",
    "marzo",
    "aprile",
    "maggio",
    "giugno",
    "luglio",
    "agosto",
    "settembre",
    "ottobre",
    "novembre",
    "dicembre",
];
const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Language {
    /// A day and time to the second by the clock of Italy, with its distance from UTC.
    #[must_use]
    pub fn moment(self, at: DateTime<Utc>) -> String {
        let there = in_italy(at);
        let hours = there.offset().local_minus_utc() / HOUR_SECS;
        format!("{}, {} (UTC+{hours})", self.date(there.date_naive()), there.format("%H:%M:%S"))
    }

    /// The day of a moment by the calendar of Italy.
    #[must_use]
    pub fn day(self, at: DateTime<Utc>) -> String {
        self.date(in_italy(at).date_naive())
    }

    /// A date, such as `19 giugno 2026`.
    #[must_use]
    pub fn date(self, date: NaiveDate) -> String {
        let months = match self {
            Self::Italian => &ITALIAN_MONTHS,
            Self::English => &ENGLISH_MONTHS,
        };
        format!("{} {} {}", date.day(), months[date.month0() as usize], date.year())
    }
}

/// Italy is two hours ahead of UTC from the last Sunday of March to that of October, both at one
/// o'clock UTC (Directive 2000/84/EC), else one.
fn in_italy(at: DateTime<Utc>) -> DateTime<FixedOffset> {
    let change = |month: u32| {
        let last = NaiveDate::from_ymd_opt(at.year(), month, 31)?;
        let sunday = last - TimeDelta::days(i64::from(last.weekday().days_since(Weekday::Sun)));
        Some(sunday.and_hms_opt(1, 0, 0)?.and_utc())
    };
    let is_summer = change(3).zip(change(10)).is_some_and(|(begins, ends)| begins <= at && at < ends);
    let hours = if is_summer { 2 } else { 1 };
    at.with_timezone(&FixedOffset::east_opt(hours * HOUR_SECS).expect("two hours are an offset"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(at: &str, italian: &str, english: &str) {
        let at: DateTime<Utc> = at.parse().unwrap();
        assert_eq!(Language::Italian.moment(at), italian);
        assert_eq!(Language::English.moment(at), english);
    }

    #[test]
    fn moments_are_told_by_the_clock_of_italy() {
        check("2026-06-19T14:03:05Z", "19 giugno 2026, 16:03:05 (UTC+2)", "19 June 2026, 16:03:05 (UTC+2)");
        check("2026-12-31T23:30:00Z", "1 gennaio 2027, 00:30:00 (UTC+1)", "1 January 2027, 00:30:00 (UTC+1)");
        // The clocks change on the 29th of March and the 25th of October 2026.
        check("2026-03-29T00:59:59Z", "29 marzo 2026, 01:59:59 (UTC+1)", "29 March 2026, 01:59:59 (UTC+1)");
        check("2026-03-29T01:00:00Z", "29 marzo 2026, 03:00:00 (UTC+2)", "29 March 2026, 03:00:00 (UTC+2)");
        check(
            "2026-10-25T00:59:59Z",
            "25 ottobre 2026, 02:59:59 (UTC+2)",
            "25 October 2026, 02:59:59 (UTC+2)",
        );
        check(
            "2026-10-25T01:00:00Z",
            "25 ottobre 2026, 02:00:00 (UTC+1)",
            "25 October 2026, 02:00:00 (UTC+1)",
        );
    }

    #[test]
    fn days_are_those_of_italy() {
        let at: DateTime<Utc> = "2026-07-06T22:30:00Z".parse().unwrap();
        assert_eq!(Language::Italian.day(at), "7 luglio 2026");
    }
}
