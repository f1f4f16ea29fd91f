//! What people see while a run goes on.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// Pause between two lines that nobody watches.
const SPARSE: Duration = Duration::from_secs(10);

/// Prints lines to standard error: one a second on a terminal, one in ten seconds elsewhere.
#[derive(Debug)]
pub struct Progress {
    begun: Instant,
    next: Instant,
    every: Duration,
}

impl Progress {
    /// Begins to count the seconds.
    #[must_use]
    pub fn begin() -> Self {
        let every = if std::io::stderr().is_terminal() { Duration::from_secs(1) } else { SPARSE };
        let begun = Instant::now();
        Self { begun, next: begun + every, every }
    }

    /// Prints a line when it is time for one.
    pub fn line(&mut self, text: impl FnOnce() -> String) {
        let now = Instant::now();
        if now >= self.next {
            self.next = now + self.every;
            eprintln!("{:>6} s  {}", self.begun.elapsed().as_secs(), text());
        }
    }

    /// Prints a line in any case.
    pub fn say(&self, text: &str) {
        eprintln!("{:>6} s  {text}", self.begun.elapsed().as_secs());
    }
}

/// A number with its thousands parted, as people read it.
#[must_use]
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_parted() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (5_000_000, "5,000,000")] {
            assert_eq!(grouped(number), text);
        }
    }
}
