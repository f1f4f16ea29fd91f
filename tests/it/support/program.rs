//! The program's commands, run to their end as a shop owner runs them.

use std::process::Command;

/// How a command ended.
pub struct Ended {
    pub is_success: bool,
    /// What it printed, answers and complaints.
    pub text: String,
}

/// Runs a command of the program with these arguments.
pub async fn run_program(arguments: &[&str]) -> Ended {
    let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
    let work = move || {
        let output = Command::new(env!("CARGO_BIN_EXE_vetrina"))
            .args(arguments)
            .env_remove("VETRINA_DATABASE_URL")
            .output()
            .expect("the program starts");
        let text = [output.stdout, output.stderr].concat();
        Ended { is_success: output.status.success(), text: String::from_utf8_lossy(&text).into_owned() }
    };
    tokio::task::spawn_blocking(work).await.expect("running a command does not panic")
}

impl Ended {
    /// What it printed, of a command that did its work.
    #[track_caller]
    pub fn expect(self) -> String {
        assert!(self.is_success, "{}", self.text);
        self.text
    }

    /// Checks that it refused, in words that hold these.
    #[track_caller]
    pub fn expect_refusal(self, words: &str) {
        assert!(!self.is_success, "{}", self.text);
        assert!(self.text.contains(words), "{}", self.text);
    }
}
