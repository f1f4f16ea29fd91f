//! A place in a show's log, as clients keep it.

use std::fmt;
use std::str::FromStr;

/// A place in a show's log: what a client has seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The history it is a place in.
    pub epoch: String,
    /// The newest event for viewers.
    pub seq: i64,
    /// The newest event for members; only members have it.
    pub member_seq: Option<i64>,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.epoch, self.seq)?;
        self.member_seq.map_or(Ok(()), |seq| write!(f, ":{seq}"))
    }
}

impl FromStr for Position {
    type Err = ();

    /// Reads a position; what is none is told apart from nothing, since both mean a new snapshot.
    fn from_str(text: &str) -> Result<Self, ()> {
        let seq = |text: &str| text.parse().ok().filter(|seq: &i64| *seq >= 0).ok_or(());
        let mut parts = text.split(':');
        let (Some(epoch), Some(first)) = (parts.next(), parts.next()) else { return Err(()) };
        let member_seq = parts.next().map(seq).transpose()?;
        if parts.next().is_some() {
            return Err(());
        }
        Ok(Self { epoch: epoch.to_owned(), seq: seq(first)?, member_seq })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_read_as_they_are_written() {
        let viewer = Position { epoch: "ab12".to_owned(), seq: 7, member_seq: None };
        let member = Position { member_seq: Some(3), ..viewer.clone() };
        assert_eq!(viewer.to_string(), "ab12:7");
        assert_eq!(member.to_string(), "ab12:7:3");
        for position in [viewer, member] {
            assert_eq!(position.to_string().parse(), Ok(position));
        }
        for text in ["", "ab12", "ab12:", "ab12:-1", "ab12:18446744073709551615", "ab12:1:2:3", "ab12:x"] {
            assert_eq!(text.parse::<Position>(), Err(()), "{text}");
        }
    }
}
