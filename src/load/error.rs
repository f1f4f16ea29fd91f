//! Why there is no report, or a bad one.

use url::Url;

/// Why there is no report, or what is wrong with what it says.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The target is another machine.
    #[error(
        "{0} is not this machine. Load is a weapon in the wrong hands, so it goes to loopback addresses \
         only; say --i-own-this-server if it is yours and whoever hosts it knows"
    )]
    NotLoopback(String),
    /// The address cannot be used.
    #[error("{0} cannot be used: give http:// with a host, and a port if it is not 80")]
    Address(Url),
    /// TLS is somebody else's work.
    #[error(
        "viewers of a load run speak plain http: run it on the server's own machine, against the address \
         that it listens on, such as http://127.0.0.1:8080"
    )]
    Https,
    /// Source addresses were asked for where there are none.
    #[error("only a server at 127.0.0.1 can be visited from other addresses of this machine")]
    Sources,
    /// The name has no address.
    #[error("{0} has no address: {1}")]
    Unresolved(String, std::io::Error),
    /// Nobody answers.
    #[error("{0} does not answer: {1}")]
    Unreachable(String, reqwest::Error),
    /// A request was refused.
    #[error("{what} is refused with {status} {code}")]
    Refused {
        /// What was asked for.
        what: String,
        /// The status.
        status: u16,
        /// The problem's code.
        code: String,
    },
    /// No show is live.
    #[error("no show is live there; start one, or name one with --show")]
    NoShow,
    /// The show takes no chat.
    #[error("the show is {0}, so nobody can write in it; use a live one, or --chat 0")]
    NotOpen(String),
    /// Pins need products.
    #[error("the show has no products to pin; fill its lineup, or use --pins 0")]
    NoProducts,
    /// Buyers need something to buy.
    #[error("nothing in the show's lineup can be bought; put something on sale, or use --buyers 0")]
    NothingToBuy,
    /// Buyers would use the real payment provider.
    #[error("this shop takes real money or asks Stripe; buyers of a load run only use the built-in sandbox")]
    NotTestMoney,
    /// There are fewer viewers than writers are needed.
    #[error(
        "--chat {per_sec} needs {needed} viewers who write, as each may write one message in \
         {pause_secs:.1} s; there are {viewers}"
    )]
    TooFewWriters {
        /// Messages in a second.
        per_sec: f64,
        /// Writers needed.
        needed: usize,
        /// Pause of a writer.
        pause_secs: f64,
        /// Viewers asked for.
        viewers: usize,
    },
    /// Numbers that do not fit together.
    #[error("{0}")]
    Options(&'static str),
    /// The system lets this process open too few sockets.
    #[error(
        "{needed} sockets are needed and this process may open {allowed} files; raise it with ulimit -n {needed}"
    )]
    OpenFiles {
        /// Descriptors needed.
        needed: u64,
        /// Descriptors allowed.
        allowed: u64,
    },
    /// The throw-away server did not start.
    #[error("the demo server did not start: {0}")]
    Demo(String),
    /// The system refused something.
    #[error("the system refused: {0}")]
    System(#[from] std::io::Error),
    /// No viewer came in.
    #[error("no viewer got in: {0}")]
    NobodyIn(String),
    /// Going on makes no sense.
    #[error("{0}")]
    Fatal(String),
    /// Writers could not take their names.
    #[error("{named} of {needed} writers could take a name: {refused}")]
    Names {
        /// Writers with a name.
        named: u64,
        /// Writers needed.
        needed: u64,
        /// What the others were told.
        refused: String,
    },
    /// The soak has nothing to compare.
    #[error("the server's process is not found on this machine; name it with --pid, or use --demo")]
    NoProcess,
    /// The report shows that a promise was broken.
    #[error("{0}")]
    Broken(String),
}
