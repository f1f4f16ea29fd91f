//! The command line of Vetrina.

fn main() {}
