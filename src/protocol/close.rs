//! Why sockets are closed, and what a client does then: one table for server, documentation and tests.

/// What a client does after a close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Return {
    /// Comes back, after the time it was told or with growing pauses.
    Later,
    /// Comes back once; a second time it is a bug and stays away.
    Once,
    /// Stays away.
    Never,
    /// Comes back, but does not send what was refused.
    WithoutResending,
    /// Comes back after signing in again.
    SignedIn,
    /// Comes back with its position.
    Resuming,
    /// Comes back without a position and takes a new snapshot.
    Afresh,
    /// Comes back after a long pause.
    MuchLater,
}

macro_rules! close_codes {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $reason:literal, $may_return:ident;)+) => {
        /// Why a socket was closed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum CloseCode {
            $($(#[$doc])* $name,)+
        }

        impl CloseCode {
            /// All codes, in the order of their numbers.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The number on the wire.
            #[must_use]
            pub const fn code(self) -> u16 {
                match self { $(Self::$name => $code,)+ }
            }

            /// The reason on the wire, in English.
            #[must_use]
            pub const fn reason(self) -> &'static str {
                match self { $(Self::$name => $reason,)+ }
            }

            /// What the client does next.
            #[must_use]
            pub const fn may_return(self) -> Return {
                match self { $(Self::$name => Return::$may_return,)+ }
            }
        }
    };
}

close_codes! {
    /// A frame that breaks the WebSocket protocol.
    Protocol = 1002, "protocol error", Once;
    /// A binary message.
    Unsupported = 1003, "text messages only", Once;
    /// Text that is no UTF-8.
    BadText = 1007, "text is not UTF-8", Once;
    /// No hello in time, or what is no command too often.
    Policy = 1008, "policy violation", Never;
    /// A message or frame of more than 16 KiB.
    TooLarge = 1009, "message too large", WithoutResending;
    /// Our fault.
    Internal = 1011, "internal error", Later;
    /// The server restarts.
    Restart = 1012, "server restarts", Later;
    /// The server takes no more at the moment.
    Overloaded = 1013, "try again later", Later;
    /// The session ended, or the token is not one of ours.
    SessionEnded = 4001, "sign in again", SignedIn;
    /// A moderator sent the viewer away.
    Banned = 4003, "banned", Never;
    /// The client does not read what it is sent.
    TooSlow = 4008, "too slow", Resuming;
    /// The position means nothing any more.
    Position = 4009, "take a snapshot", Afresh;
    /// The client did not answer a ping.
    NoPong = 4010, "no pong", Resuming;
    /// Far too many commands or sockets.
    Flooding = 4029, "too many messages", MuchLater;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_codes_are_those_of_the_documentation() {
        let table: Vec<(u16, Return)> =
            CloseCode::ALL.iter().map(|close| (close.code(), close.may_return())).collect();
        assert!(table.is_sorted_by_key(|(code, _)| *code), "{table:?}");
        let of = |code| table.iter().find(|(known, _)| *known == code).map(|(_, then)| *then);
        assert_eq!(of(4008), Some(Return::Resuming));
        assert_eq!(of(4009), Some(Return::Afresh));
        assert_eq!(of(1008), Some(Return::Never));
        assert_eq!(of(1001), None);
        assert!(CloseCode::ALL.iter().all(|close| close.reason().len() <= 123), "RFC 6455, section 5.5");
    }
}
