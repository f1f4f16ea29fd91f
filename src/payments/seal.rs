//! Seals secrets for the database, with a key that stands elsewhere.
//!
//! AES-256-GCM; what a seal belongs to is bound into it, so that a sealed text which was copied to
//! another shop or column does not open there.

use std::io::Write;
use std::path::{Path, PathBuf};

use hmac::{Hmac, KeyInit, Mac};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use sha2::Sha256;

use crate::clock::Clock;
use crate::config::{Config, Secret};

/// Fewer characters than this are no key but a password.
const KEY_CHARS_MIN: usize = 32;
/// The first byte of each seal, should there ever be another kind.
const VERSION: u8 = 1;
/// The file in the data folder.
const FILE: &str = "secret.key";

/// Why secrets cannot be sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// A file cannot be read or written.
    #[error("cannot use the secret key in {path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// It can be guessed.
    #[error("the secret key is shorter than {KEY_CHARS_MIN} characters")]
    TooShort,
    /// Several nodes share the database, so none of them can make a key of its own.
    #[error("with PostgreSQL the secret key has to be set (VETRINA_SECRET_KEY)")]
    NotSet,
    /// The seal was made with another key, for another place, or was altered.
    #[error("the seal does not open with this secret key")]
    Broken,
}

/// Seals and opens.
pub struct Sealer(LessSafeKey);

impl std::fmt::Debug for Sealer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealer(…)")
    }
}

impl Sealer {
    /// The sealer of the configuration, or of the data folder's file; `None` while there is neither.
    ///
    /// # Errors
    /// When the key cannot be read or is too short.
    pub fn find(config: &Config) -> Result<Option<Self>, SealError> {
        let key = match (&config.sealing_key, &config.sealing_key_file) {
            (Some(key), _) if !key.reveal().is_empty() => key.clone(),
            (_, Some(path)) => Secret::new(&read(path)?),
            _ if is_shared(config) => return Ok(None),
            _ => match read(&config.data.join(FILE)) {
                Ok(key) => Secret::new(&key),
                Err(SealError::File { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                    return Ok(None);
                }
                Err(error) => return Err(error),
            },
        };
        Self::new(&key).map(Some)
    }

    /// The same, but makes the data folder's file where that is allowed.
    ///
    /// # Errors
    /// When there is no key and none can be made.
    pub fn find_or_make(config: &Config, clock: &Clock) -> Result<Self, SealError> {
        if let Some(sealer) = Self::find(config)? {
            return Ok(sealer);
        }
        if is_shared(config) {
            return Err(SealError::NotSet);
        }
        let path = config.data.join(FILE);
        match make(&path, &hex::encode(clock.random::<32>())) {
            // Another process was faster: then its key is the key.
            Err(SealError::File { source, .. }) if source.kind() == std::io::ErrorKind::AlreadyExists => {}
            made => made?,
        }
        Self::new(&Secret::new(&read(&path)?))
    }

    /// Whether there is a key, or one can be made.
    #[must_use]
    pub fn is_possible(config: &Config) -> bool {
        !is_shared(config) || config.sealing_key.is_some() || config.sealing_key_file.is_some()
    }

    fn new(key: &Secret) -> Result<Self, SealError> {
        if key.reveal().chars().count() < KEY_CHARS_MIN {
            return Err(SealError::TooShort);
        }
        let mut mac: Hmac<Sha256> =
            Hmac::new_from_slice(key.reveal().as_bytes()).expect("HMAC takes keys of any length");
        mac.update(b"vetrina: sealed payment secrets");
        let key = UnboundKey::new(&AES_256_GCM, &mac.finalize().into_bytes());
        Ok(Self(LessSafeKey::new(key.expect("SHA-256 gives as many bytes as AES-256 takes"))))
    }

    /// Seals a secret for one place.
    #[must_use]
    pub fn seal(&self, clock: &Clock, place: &str, secret: &Secret) -> Vec<u8> {
        let nonce = clock.random::<NONCE_LEN>();
        let mut text = secret.reveal().as_bytes().to_vec();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place), &mut text)
            .expect("a key's text is far below the cipher's limit");
        [&[VERSION][..], &nonce, &text].concat()
    }

    /// Opens what was sealed for this place.
    ///
    /// # Errors
    /// When it was sealed otherwise.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Secret, SealError> {
        let (&version, rest) = sealed.split_first().ok_or(SealError::Broken)?;
        if version != VERSION {
            return Err(SealError::Broken);
        }
        let (nonce, text) = rest.split_at_checked(NONCE_LEN).ok_or(SealError::Broken)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| SealError::Broken)?;
        let mut text = text.to_vec();
        let opened =
            self.0.open_in_place(nonce, Aad::from(place), &mut text).map_err(|_| SealError::Broken)?;
        std::str::from_utf8(opened).map(Secret::new).map_err(|_| SealError::Broken)
    }
}

/// Whether other nodes may use the same database.
fn is_shared(config: &Config) -> bool {
    !config.database_url().starts_with("sqlite:")
}

fn read(path: &Path) -> Result<String, SealError> {
    std::fs::read_to_string(path).map_err(|source| SealError::File { path: path.to_owned(), source })
}

/// Writes a file that only its owner may read, complete or not at all.
fn make(path: &Path, key: &str) -> Result<(), SealError> {
    let write = || {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let draft = path.with_extension(format!("{}.draft", std::process::id()));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&draft)?;
        writeln!(file, "{key}")?;
        file.sync_all()?;
        // A link fails where the name is taken, so a reader never sees half a key or two of them.
        let linked = std::fs::hard_link(&draft, path);
        std::fs::remove_file(&draft)?;
        linked
    };
    write().map_err(|source| SealError::File { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealer(key: &str) -> Sealer {
        Sealer::new(&Secret::new(key)).unwrap()
    }

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_seal_opens_with_its_key_at_its_place() {
        let (clock, secret) = (Clock::system(), Secret::new("sk_test_hidden"));
        let sealed = sealer(KEY).seal(&clock, "secret_key:1", &secret);
        assert_eq!(sealer(KEY).open("secret_key:1", &sealed).unwrap(), secret);
        assert_ne!(sealed, sealer(KEY).seal(&clock, "secret_key:1", &secret));
        let hidden = |window: &[u8]| window == b"hidden";
        assert!(!sealed.windows(6).any(hidden));
    }

    #[test]
    fn a_seal_opens_nowhere_else() {
        let sealed = sealer(KEY).seal(&Clock::system(), "secret_key:1", &Secret::new("sk_test_hidden"));
        let check = |key: &str, place: &str, sealed: &[u8]| {
            assert!(matches!(sealer(key).open(place, sealed), Err(SealError::Broken)), "{place}");
        };
        check(KEY, "secret_key:2", &sealed);
        check(KEY, "webhook_secret:1", &sealed);
        check("another key of more than 32 characters", "secret_key:1", &sealed);
        check(KEY, "secret_key:1", &[]);
        check(KEY, "secret_key:1", &sealed[..10]);
        let mut altered = sealed.clone();
        *altered.last_mut().unwrap() ^= 1;
        check(KEY, "secret_key:1", &altered);
        altered = sealed;
        altered[0] = 2;
        check(KEY, "secret_key:1", &altered);
    }

    #[test]
    fn short_keys_are_refused() {
        assert!(matches!(Sealer::new(&Secret::new("short")), Err(SealError::TooShort)));
    }

    #[test]
    fn the_file_is_made_once_and_for_its_owner_alone() {
        let folder = std::env::temp_dir().join(format!("vetrina-seal-{}", Clock::system().uuid()));
        let path = folder.join(FILE);
        make(&path, KEY).unwrap();
        let again = make(&path, "another");
        assert!(matches!(again, Err(SealError::File { source, .. })
            if source.kind() == std::io::ErrorKind::AlreadyExists));
        assert_eq!(read(&path).unwrap().trim(), KEY);
        #[cfg(unix)]
        {
            let mode = std::os::unix::fs::PermissionsExt::mode(&path.metadata().unwrap().permissions());
            assert_eq!(mode & 0o777, 0o600);
        }
        assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
