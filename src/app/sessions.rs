//! Signing in: passwords, sessions, one-time links, API keys.
//!
//! Tokens are 256 random bits; only their SHA-256 is stored, so a stolen database signs nobody in.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{TimeDelta, Utc};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use super::{App, Caller, Holder, Invalid, Refusal};
use crate::domain::ids::{MemberId, ShopId, ShowId};
use crate::domain::member::{Member, Permission, Role};
use crate::domain::problem::{Code, FieldError};
use crate::domain::text;
use crate::storage::{self, ApiKey, OneTimeToken, TokenPurpose};

/// How long a sign-in lasts.
pub const SESSION_DAYS: i64 = 30;
/// How long a sign-in or set-up link works.
const LINK_HOURS: i64 = 24;
/// How long a socket ticket works.
const TICKET_SECS: i64 = 60;
/// Shortest password: NIST SP 800-63B asks for at least eight characters.
pub const PASSWORD_CHARS_MIN: usize = 8;
/// Characters of a member's name.
pub(in crate::app) const NAME_CHARS_MAX: usize = 60;
/// Longest password in bytes; hashing reads them all, so there has to be an end.
pub const PASSWORD_BYTES_MAX: usize = 256;
/// Characters of an e-mail address (RFC 5321).
pub(in crate::app) const EMAIL_CHARS_MAX: usize = 254;
/// Passwords checked at a time; each takes 19 MiB and a core.
const PASSWORD_CHECKS: usize = 2;
/// Sign-ins that may wait for a check; more are told to come back.
const PASSWORD_QUEUE: usize = 16;

/// Begins each API key, so that leaked ones are recognised.
const KEY_PREFIX: &str = "vk_";

/// Why somebody was not let in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Unknown address or wrong password, told alike.
    #[error("e-mail or password is wrong")]
    WrongCredentials,
    /// The link was used or is too old.
    #[error("this link was used already or is too old")]
    LinkExpired,
    /// Too many sign-ins wait.
    #[error("too many sign-ins at once")]
    Busy,
    /// Another member has the address.
    #[error("another member has this e-mail address")]
    EmailTaken,
    /// There is a shop already.
    #[error("this installation is set up")]
    AlreadySetUp,
    /// No such show in this shop.
    #[error("there is nothing here")]
    NotFound,
    /// A field is not allowed.
    #[error(transparent)]
    Invalid(#[from] Invalid),
    /// The permission is missing.
    #[error(transparent)]
    Forbidden(#[from] super::Forbidden),
    /// The database failed.
    #[error(transparent)]
    Storage(#[from] storage::Error),
}

impl Refusal for SignInError {
    fn code(&self) -> Code {
        match self {
            Self::WrongCredentials => Code::WrongCredentials,
            Self::LinkExpired => Code::LinkExpired,
            Self::Busy => Code::RateLimited,
            Self::EmailTaken => Code::EmailTaken,
            Self::AlreadySetUp => Code::AlreadySetUp,
            Self::NotFound => Code::NotFound,
            Self::Invalid(error) => error.code(),
            Self::Forbidden(error) => error.code(),
            Self::Storage(error) => error.code(),
        }
    }

    fn fields(&self) -> Vec<FieldError> {
        if let Self::Invalid(error) = self { error.fields() } else { Vec::new() }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy => Some(Duration::from_secs(2)),
            Self::Storage(error) => error.retry_after(),
            _ => None,
        }
    }
}

/// A fresh session: the member and the token for the cookie.
#[derive(Debug)]
pub struct SignedIn {
    /// Who signed in.
    pub member: Member,
    /// Goes into the cookie and nowhere else.
    pub token: String,
}

/// Bounds how many passwords are hashed at a time and how many wait.
#[derive(Clone, Debug)]
pub(crate) struct PasswordGate {
    running: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
}

impl PasswordGate {
    pub(crate) fn new() -> Self {
        Self {
            running: Arc::new(Semaphore::new(PASSWORD_CHECKS)),
            admitted: Arc::new(Semaphore::new(PASSWORD_CHECKS + PASSWORD_QUEUE)),
        }
    }

    /// Runs a check on a blocking thread, one of few.
    async fn run<T: Send + 'static>(
        &self,
        check: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, SignInError> {
        let _admitted = self.admitted.try_acquire().map_err(|_| SignInError::Busy)?;
        let _running = self.running.acquire().await.expect("the gate is never closed");
        Ok(tokio::task::spawn_blocking(check).await.expect("hashing a bounded password does not panic"))
    }
}

impl App {
    /// Signs in with a password; unknown addresses take as long as known ones.
    ///
    /// # Errors
    /// Refuses wrong credentials and, when too many wait, asks to come back.
    pub async fn sign_in(&self, email: &str, password: &str) -> Result<SignedIn, SignInError> {
        let mut tx = self.db().read().await?;
        let found = tx.find_credentials(&email.trim().to_lowercase()).await?;
        drop(tx);
        let hash = found.as_ref().and_then(|credentials| credentials.password_hash.clone());
        let password = password.to_owned();
        let matches = self.password_gate().run(move || verify(&password, hash.as_deref())).await?;
        match found {
            Some(credentials) if matches => self.open_session(credentials.member).await,
            _ => Err(SignInError::WrongCredentials),
        }
    }

    /// Signs in with a one-time link.
    ///
    /// # Errors
    /// Refuses a link that was used or is too old.
    pub async fn sign_in_with_link(&self, token: &str) -> Result<SignedIn, SignInError> {
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        let opened = tx.take_one_time_token(TokenPurpose::SignIn, &hash_token(token), now).await?;
        let member = opened.and_then(|token| token.member_id).ok_or(SignInError::LinkExpired)?;
        // The token alone names the member, so the shop comes from the member's row.
        let member = tx.find_member_anywhere(member).await?.ok_or(SignInError::LinkExpired)?;
        tx.commit().await?;
        self.open_session(member).await
    }

    /// Makes a one-time sign-in link's token for a member.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn create_sign_in_token(&self, member: MemberId) -> storage::Result<String> {
        let opens = OneTimeToken { member_id: Some(member), show_id: None };
        self.create_token(TokenPurpose::SignIn, opens, TimeDelta::hours(LINK_HOURS)).await
    }

    /// Makes the token of the link with which a fresh installation gets its shop.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn create_setup_token(&self) -> storage::Result<String> {
        let opens = OneTimeToken { member_id: None, show_id: None };
        self.create_token(TokenPurpose::Setup, opens, TimeDelta::hours(LINK_HOURS)).await
    }

    /// Makes a ticket with which a member opens one socket from another origin.
    ///
    /// # Errors
    /// Only members have sockets, keys are refused.
    pub async fn create_socket_ticket(&self, caller: &Caller, show: ShowId) -> Result<String, SignInError> {
        caller.require(Permission::Moderate)?;
        let Holder::Member { id, .. } = caller.holder else {
            return Err(super::Forbidden(Permission::Moderate).into());
        };
        let found = self.db().read().await?.find_show(show).await?;
        found.filter(|show| show.shop_id == caller.shop).ok_or(SignInError::NotFound)?;
        let opens = OneTimeToken { member_id: Some(id), show_id: Some(show) };
        Ok(self.create_token(TokenPurpose::Socket, opens, TimeDelta::seconds(TICKET_SECS)).await?)
    }

    /// The member whom a socket ticket for this show lets in, once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn take_socket_ticket(&self, ticket: &str, show: ShowId) -> storage::Result<Option<Caller>> {
        let mut tx = self.db().write().await?;
        let now = self.clock().now();
        let opened = tx.take_one_time_token(TokenPurpose::Socket, &hash_token(ticket), now).await?;
        let member = match opened {
            Some(OneTimeToken { member_id: Some(id), show_id: Some(ticket_show) }) if ticket_show == show => {
                tx.find_member_anywhere(id).await?
            }
            _ => None,
        };
        tx.commit().await?;
        Ok(member.map(|member| member_caller(&member)))
    }

    /// The member whose session cookie this is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_session(&self, token: &str) -> storage::Result<Option<Member>> {
        let mut tx = self.db().read().await?;
        tx.find_session_member(&hash_token(token), self.clock().now()).await
    }

    /// The caller behind a session cookie.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_session_caller(&self, token: &str) -> storage::Result<Option<Caller>> {
        Ok(self.find_session(token).await?.map(|member| member_caller(&member)))
    }

    /// The caller behind an API key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_key_caller(&self, token: &str) -> storage::Result<Option<Caller>> {
        if !token.starts_with(KEY_PREFIX) {
            return Ok(None);
        }
        let mut tx = self.db().read().await?;
        let key = tx.find_api_key(&hash_token(token)).await?;
        Ok(key.map(|key| Caller::key(key.shop_id, key.id, key.name, key.scopes)))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_out(&self, token: &str) -> storage::Result<()> {
        let mut tx = self.db().write().await?;
        let ended = tx.delete_session(&hash_token(token)).await?;
        tx.commit().await?;
        if let Some((shop, member)) = ended {
            self.tell_member(shop, member);
        }
        Ok(())
    }

    /// Adds a member to a shop; without a password only a sign-in link lets in.
    ///
    /// # Errors
    /// Refuses unusable names and addresses and an address that is taken.
    pub async fn create_member(
        &self,
        shop: ShopId,
        role: Role,
        name: &str,
        email: &str,
        password: Option<&str>,
    ) -> Result<Member, SignInError> {
        let member = self.new_member(shop, role, name, email, "")?;
        let hash = match password {
            Some(password) => {
                check_password(password, "/password")?;
                Some(self.hash_password(password).await?)
            }
            None => None,
        };
        let mut tx = self.db().write().await?;
        if !tx.insert_member(&member, hash.as_deref()).await? {
            return Err(SignInError::EmailTaken);
        }
        tx.commit().await?;
        Ok(member)
    }

    /// Makes an API key with these scopes; the token is shown once.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn create_api_key(
        &self,
        shop: ShopId,
        name: &str,
        scopes: &[Permission],
    ) -> storage::Result<String> {
        let token = format!("{KEY_PREFIX}{}", self.new_token());
        let key = ApiKey {
            id: self.clock().uuid().into(),
            shop_id: shop,
            name: name.to_owned(),
            scopes: scopes.to_vec(),
        };
        let mut tx = self.db().write().await?;
        tx.insert_api_key(&key, &hash_token(&token), self.clock().now()).await?;
        tx.commit().await?;
        Ok(token)
    }

    /// A member that is not stored yet, with name and address checked; pointers begin with `at`.
    pub(crate) fn new_member(
        &self,
        shop: ShopId,
        role: Role,
        name: &str,
        email: &str,
        at: &str,
    ) -> Result<Member, Invalid> {
        let mut invalid = Invalid::default();
        let name = text::line(name, NAME_CHARS_MAX).unwrap_or_else(|error| {
            invalid.push(format!("{at}/name"), error.code());
            String::new()
        });
        let email = text::line(email, EMAIL_CHARS_MAX).unwrap_or_default().to_lowercase();
        if !is_email(&email) {
            invalid.push(format!("{at}/email"), "not_an_email");
        }
        invalid.into_result()?;
        let created_at = self.clock().now();
        Ok(Member { id: self.clock().uuid().into(), shop_id: shop, email, name, role, created_at })
    }

    /// Whether a password is the stored one; bounded like signing in.
    pub(crate) async fn is_password(&self, password: &str, stored: String) -> Result<bool, SignInError> {
        let password = password.to_owned();
        self.password_gate().run(move || verify(&password, Some(&stored))).await
    }

    /// Hashes a password that was checked.
    pub(crate) async fn hash_password(&self, password: &str) -> Result<String, SignInError> {
        let password = password.to_owned();
        let salt: [u8; 16] = self.clock().random();
        self.password_gate().run(move || hash(&password, &salt)).await
    }

    /// Opens a session for a member who proved to be one.
    pub(crate) async fn open_session(&self, member: Member) -> Result<SignedIn, SignInError> {
        let token = self.new_token();
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        let until = now + TimeDelta::days(SESSION_DAYS);
        if !tx.insert_session(&member, &hash_token(&token), now, until).await? {
            return Err(SignInError::WrongCredentials);
        }
        tx.commit().await?;
        Ok(SignedIn { member, token })
    }

    async fn create_token(
        &self,
        purpose: TokenPurpose,
        opens: OneTimeToken,
        lifetime: TimeDelta,
    ) -> storage::Result<String> {
        let token = self.new_token();
        let expires_at: chrono::DateTime<Utc> = self.clock().now() + lifetime;
        let mut tx = self.db().write().await?;
        tx.insert_one_time_token(purpose, &hash_token(&token), &opens, expires_at).await?;
        tx.commit().await?;
        Ok(token)
    }

    pub(in crate::app) fn new_token(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.clock().random::<32>())
    }
}

/// Checks the length of a new password.
///
/// # Errors
/// Names the field at `pointer`.
pub(crate) fn check_password(password: &str, pointer: &str) -> Result<(), Invalid> {
    if password.chars().count() < PASSWORD_CHARS_MIN {
        return Err(Invalid::field(pointer, "too_short"));
    }
    if password.len() > PASSWORD_BYTES_MAX {
        return Err(Invalid::field(pointer, "too_long"));
    }
    Ok(())
}

/// What is stored of a token.
pub(crate) fn hash_token(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

pub(crate) fn member_caller(member: &Member) -> Caller {
    Caller::member(member.shop_id, member.id, member.role, member.name.clone())
}

/// One `@` with something before it and a dotted name behind; more would refuse real addresses.
pub(in crate::app) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    !local.is_empty()
        && !text.contains(char::is_whitespace)
        && !local.contains('@')
        && domain.split('.').count() >= 2
        && domain.split('.').all(|label| !label.is_empty())
}

/// Argon2id with 19 MiB, two passes, one lane, the OWASP minimum.
fn argon2() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("the parameters are within the RFC's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash(password: &str, salt: &[u8; 16]) -> String {
    argon2()
        .hash_password_with_salt(password.as_bytes(), salt)
        .expect("salt and password have lengths that Argon2 takes")
        .to_string()
}

/// Checks a password; without a hash it does the same work and says no.
fn verify(password: &str, stored: Option<&str>) -> bool {
    if password.len() > PASSWORD_BYTES_MAX {
        return false;
    }
    let Some(stored) = stored else {
        hash(password, &[0; 16]);
        return false;
    };
    PasswordHash::new(stored)
        .is_ok_and(|stored| argon2().verify_password(password.as_bytes(), &stored).is_ok())
}
