//! The hour at which a boutique in Italy goes on air.
//!
//! Rome's clocks follow one rule, so the demo needs no time-zone database for its two dates.

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc, Weekday};

/// Hour of the day at Rome, with `MINUTE`: after dinner, when shops like this one go live.
const HOUR: u32 = 20;
const MINUTE: u32 = 30;

/// The first 20:30 at Rome that is not before a moment.
pub(super) fn first_from(moment: DateTime<Utc>) -> DateTime<Utc> {
    // At 20:30 Rome and Greenwich have the same date.
    let today = moment.date_naive();
    let this_evening = evening_of(today);
    if this_evening >= moment { this_evening } else { evening_of(today + Days::new(1)) }
}

fn evening_of(day: NaiveDate) -> DateTime<Utc> {
    let ahead = TimeDelta::hours(if is_summer(day) { 2 } else { 1 });
    let evening = day.and_hms_opt(HOUR, MINUTE, 0).expect("20:30 is a time of the day");
    evening.and_utc() - ahead
}

/// Whether Rome's clocks are two hours ahead of Greenwich in the evening of a day.
fn is_summer(day: NaiveDate) -> bool {
    // The clocks change in the small hours, so the evening of the day belongs to what follows.
    (last_sunday(day.year(), 3)..last_sunday(day.year(), 10)).contains(&day)
}

/// The last Sunday of a month of 31 days.
fn last_sunday(year: i32, month: u32) -> NaiveDate {
    NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Sun, 5)
        .or_else(|| NaiveDate::from_weekday_of_month_opt(year, month, Weekday::Sun, 4))
        .expect("every month has a fourth Sunday")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(moment: &str, expected: &str) {
        let parse = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        assert_eq!(first_from(parse(moment)), parse(expected), "from {moment}");
    }

    #[test]
    fn winter_is_one_hour_ahead() {
        check("2026-11-22T01:38:47Z", "2026-11-22T19:30:00Z");
        check("2026-12-31T23:59:59Z", "2027-01-01T19:30:00Z");
    }

    #[test]
    fn summer_is_two_hours_ahead() {
        check("2026-07-01T12:00:00Z", "2026-07-01T18:30:00Z");
        check("2026-07-01T18:30:00.001Z", "2026-07-02T18:30:00Z");
    }

    #[test]
    fn the_hour_itself_counts() {
        check("2026-11-22T19:30:00Z", "2026-11-22T19:30:00Z");
    }

    #[test]
    fn the_clocks_change_on_the_last_sundays_of_march_and_october() {
        check("2026-03-28T12:00:00Z", "2026-03-28T19:30:00Z");
        check("2026-03-29T12:00:00Z", "2026-03-29T18:30:00Z");
        check("2026-10-24T12:00:00Z", "2026-10-24T18:30:00Z");
        check("2026-10-25T12:00:00Z", "2026-10-25T19:30:00Z");
        // Months whose last Sunday is their fourth.
        check("2027-03-28T12:00:00Z", "2027-03-28T18:30:00Z");
        check("2026-02-28T12:00:00Z", "2026-02-28T19:30:00Z");
    }
}
