//! Writes letters as `.eml` files, for shops without an SMTP server and for trying things out.

use std::io;
use std::path::PathBuf;

use tokio::fs;
use uuid::Uuid;

/// Letters kept; the oldest go first. A letter has about 4 KB, so the folder stays below 10 MB.
const FILES_MAX: usize = 1_000;

/// The folder of letters.
#[derive(Debug)]
pub(super) struct Folder(PathBuf);

impl Folder {
    /// A folder that is made with the first letter.
    pub fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// Writes a letter under its name; the same letter again is the same file.
    pub async fn write(&self, id: Uuid, message: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.0).await?;
        // A reader never sees half a letter.
        let part = self.0.join(format!("{id}.part"));
        fs::write(&part, message).await?;
        fs::rename(&part, self.0.join(format!("{id}.eml"))).await?;
        self.forget_oldest().await
    }

    async fn forget_oldest(&self) -> io::Result<()> {
        let mut names = Vec::new();
        let mut entries = fs::read_dir(&self.0).await?;
        while let Some(entry) = entries.next_entry().await? {
            let path = entry.path();
            if path.extension().is_some_and(|ending| ending == "eml") {
                names.push(path);
            }
        }
        if names.len() <= FILES_MAX {
            return Ok(());
        }
        // The ids that name them grow with time.
        names.sort_unstable();
        for old in &names[..names.len() - FILES_MAX] {
            match fs::remove_file(old).await {
                // Another letter was written at the same time and removed it.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                result => result?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    #[tokio::test]
    async fn the_newest_letters_are_kept() {
        let clock = Clock::system();
        let path = std::env::temp_dir().join(format!("vetrina-mail-{}", clock.uuid()));
        let folder = Folder::new(path.clone());
        let first = clock.uuid();
        folder.write(first, b"one").await.unwrap();
        folder.write(first, b"one").await.unwrap();
        for n in 1..FILES_MAX {
            std::fs::write(path.join(format!("{}.eml", clock.uuid())), n.to_string()).unwrap();
        }
        assert_eq!(std::fs::read_dir(&path).unwrap().count(), FILES_MAX);
        let last = clock.uuid();
        folder.write(last, b"last").await.unwrap();
        assert_eq!(std::fs::read_dir(&path).unwrap().count(), FILES_MAX);
        assert!(!path.join(format!("{first}.eml")).exists());
        assert_eq!(std::fs::read(path.join(format!("{last}.eml"))).unwrap(), b"last");
        std::fs::remove_dir_all(&path).unwrap();
    }
}
