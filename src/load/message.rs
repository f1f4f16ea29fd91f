//! The id of a chat message says when it was meant to be sent.
//!
//! Whoever receives it knows its latency without a table that all would have to share.

use uuid::Uuid;

/// What an id holds: a UUID of version 8, whose bits its maker may use freely (RFC 9562).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageStamp {
    /// Which run of the program; random.
    pub run: u32,
    /// Which thread of it.
    pub thread: u16,
    /// Which message of the thread; 24 bits.
    pub number: u32,
    /// When it was meant to be sent, in microseconds since the run began; 48 bits.
    pub us: u64,
}

impl MessageStamp {
    /// The id with all of it.
    #[must_use]
    pub fn id(self) -> Uuid {
        let number = u128::from(self.number);
        let id = u128::from(self.run) << 96
            | u128::from(self.thread) << 80
            | 0x8 << 76
            | (number >> 12 & 0xfff) << 64
            | 0x8 << 60
            | (number & 0xfff) << 48
            | u128::from(self.us) & 0xffff_ffff_ffff;
        Uuid::from_u128(id)
    }

    /// Reads an id; `None` for one of another making.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        let id = Uuid::try_parse(id).ok()?.as_u128();
        if id >> 76 & 0xf != 0x8 || id >> 60 & 0xf != 0x8 {
            return None;
        }
        let number = (id >> 64 & 0xfff) << 12 | id >> 48 & 0xfff;
        Some(Self {
            run: u32::try_from(id >> 96).ok()?,
            thread: u16::try_from(id >> 80 & 0xffff).ok()?,
            number: u32::try_from(number).ok()?,
            us: u64::try_from(id & 0xffff_ffff_ffff).ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_gives_back_what_it_was_made_of() {
        let full = MessageStamp { run: u32::MAX, thread: u16::MAX, number: 0xff_ffff, us: (1 << 48) - 1 };
        for stamp in [full, MessageStamp { run: 1, thread: 0, number: 4_097, us: 3_600_000_000 }] {
            let id = stamp.id();
            assert_eq!(MessageStamp::parse(&id.to_string()), Some(stamp));
            assert_eq!((id.get_version_num(), id.get_variant()), (8, uuid::Variant::RFC4122));
        }
        assert_eq!(MessageStamp::parse("0193a0a0-0000-7000-8000-000000000001"), None);
        assert_eq!(MessageStamp::parse("ciao"), None);
    }
}
