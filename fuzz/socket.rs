//! Throws bytes at what a socket reads first: the frames and the commands in them.
//!
//! `fuzz/run` builds and runs it. The files under test are compiled into this program, so that only
//! they are watched for the ways that bytes take through them.

#![no_main]

use std::ops::ControlFlow;

use libfuzzer_sys::fuzz_target;

#[path = "../src/protocol/command.rs"]
mod command;
#[path = "../src/hub/websocket/reader.rs"]
mod reader;

/// What the files under test call `crate::domain`.
mod domain {
    pub use vetrina::domain::{ids, problem};
}

use command::{Command, Hello};
use reader::{Fault, Reader, Received};

const MESSAGE_BYTES_MAX: usize = 16 * 1024;

fuzz_target!(|bytes: &[u8]| {
    let whole = read(bytes, usize::MAX);
    // However the network cuts the bytes, the same is read.
    let cut = bytes.first().map_or(1, |first| usize::from(*first) + 1);
    assert_eq!(whole, read(bytes, cut), "in pieces of {cut}");
});

fn read(bytes: &[u8], piece: usize) -> (Vec<String>, Option<Fault>) {
    let mut reader = Reader::new(MESSAGE_BYTES_MAX);
    let mut received = Vec::new();
    for chunk in bytes.chunks(piece) {
        let read = reader.read(&mut chunk.to_vec(), &mut |message| {
            if let Received::Text(text) = message {
                understand(text);
            }
            received.push(format!("{message:?}"));
            ControlFlow::Continue(())
        });
        // No more is held than one message and the frame that would end it.
        assert!(reader.heap_bytes() <= 8 * MESSAGE_BYTES_MAX, "{} bytes", reader.heap_bytes());
        if let Err(fault) = read {
            return (received, Some(fault));
        }
    }
    (received, None)
}

fn understand(text: &str) {
    let _ = Hello::parse(text);
    if let Some(command) = Command::parse(text) {
        assert!(command.id.len() <= text.len());
        let _ = (command.for_viewer(), command.for_member(), command.for_overlay());
    }
}
