//! The payment keys of shops, sealed, and the accounts that sell nothing for now.
//!
//! Nothing here can open a seal.

use chrono::{DateTime, Utc};

use super::{Result, Tx, on_db};
use crate::domain::ids::ShopId;
use crate::domain::payment_account::{KeyKind, KeyMode, PauseReason};

/// A shop's keys as stored.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct StoredKeys {
    /// Which money they move.
    pub mode: KeyMode,
    /// How much they may do.
    pub kind: KeyKind,
    /// The last four characters.
    pub key_hint: String,
    /// Sealed.
    pub secret_key: Vec<u8>,
    /// Sealed.
    pub webhook_secret: Option<Vec<u8>>,
    /// The one before it, sealed; believed as well until the next one comes.
    pub previous_webhook_secret: Option<Vec<u8>>,
    /// The provider's name of the endpoint, where it was made from here.
    pub webhook_endpoint_id: Option<String>,
    /// The account acted for, where it is not the key's own.
    pub connected_account: Option<String>,
    /// The key that browsers may see.
    pub publishable_key: Option<String>,
    /// When a check last passed.
    pub verified_at: Option<DateTime<Utc>>,
    /// When an owner said that real money may be taken.
    pub live_confirmed_at: Option<DateTime<Utc>>,
    /// Counts changes, so that what was made of the keys is known to be old.
    pub version: i64,
}

/// Keys to be stored.
#[derive(Clone, Debug)]
pub struct NewKeys<'a> {
    /// Which money they move.
    pub mode: KeyMode,
    /// How much they may do.
    pub kind: KeyKind,
    /// The last four characters.
    pub key_hint: &'a str,
    /// Sealed.
    pub secret_key: &'a [u8],
    /// The account acted for, where it is not the key's own.
    pub connected_account: Option<&'a str>,
    /// What changes are counted from, where there were no keys; never the same twice.
    pub first_version: i64,
}

/// An account that sells nothing for now.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct PaymentPause {
    /// The account, as its name is written.
    pub account: String,
    /// Why.
    pub reason: PauseReason,
    /// Since when.
    pub since: DateTime<Utc>,
    /// When the provider is asked again.
    pub next_attempt_at: DateTime<Utc>,
}

impl Tx {
    /// All keys of a shop, two at most.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_payment_keys(&mut self, shop: ShopId) -> Result<Vec<StoredKeys>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select mode, kind, key_hint, secret_key, webhook_secret, previous_webhook_secret,
                    webhook_endpoint_id, connected_account, publishable_key, verified_at, live_confirmed_at,
                    version
             from payment_accounts where shop_id = $1 order by mode",
        )
        .bind(shop)
        .fetch_all(db)
        .await?))
    }

    /// Accounts in use, ordered by shop, behind the shop `after`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_active_payment_accounts(
        &mut self,
        after: Option<ShopId>,
        limit: i64,
    ) -> Result<Vec<(ShopId, KeyMode)>> {
        Ok(on_db!(
            self,
            "select shop_id, min(mode) from payment_accounts
             where (mode = 'test' or live_confirmed_at is not null) and ($1 is null or shop_id > $1)
             group by shop_id order by shop_id limit $2",
            "select shop_id, min(mode) from payment_accounts
             where (mode = 'test' or live_confirmed_at is not null) and ($1::uuid is null or shop_id > $1)
             group by shop_id order by shop_id limit $2",
            |sql, db| sqlx::query_as(sql).bind(after).bind(limit).fetch_all(db).await?
        ))
    }

    /// The keys of a shop for one kind of money.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_payment_keys(&mut self, shop: ShopId, mode: KeyMode) -> Result<Option<StoredKeys>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select mode, kind, key_hint, secret_key, webhook_secret, previous_webhook_secret,
                    webhook_endpoint_id, connected_account, publishable_key, verified_at, live_confirmed_at,
                    version
             from payment_accounts where shop_id = $1 and mode = $2",
        )
        .bind(shop)
        .bind(mode)
        .fetch_optional(db)
        .await?))
    }

    /// The keys that take a shop's money: the confirmed live ones, else those for test money.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_active_payment_keys(&mut self, shop: ShopId) -> Result<Option<StoredKeys>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select mode, kind, key_hint, secret_key, webhook_secret, previous_webhook_secret,
                    webhook_endpoint_id, connected_account, publishable_key, verified_at, live_confirmed_at,
                    version
             from payment_accounts
             where shop_id = $1 and (mode = 'test' or live_confirmed_at is not null)
             order by mode limit 1",
        )
        .bind(shop)
        .fetch_optional(db)
        .await?))
    }

    /// Stores keys in the place of the earlier ones, which have to be checked anew.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_payment_keys(
        &mut self,
        shop: ShopId,
        keys: &NewKeys<'_>,
        now: DateTime<Utc>,
    ) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "insert into payment_accounts
                 (shop_id, mode, kind, key_hint, secret_key, connected_account, version,
                  created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
             on conflict (shop_id, mode) do update set
                 kind = excluded.kind, key_hint = excluded.key_hint, secret_key = excluded.secret_key,
                 connected_account = excluded.connected_account, verified_at = null,
                 version = payment_accounts.version + 1, updated_at = excluded.updated_at",
        )
        .bind(shop)
        .bind(keys.mode)
        .bind(keys.kind)
        .bind(keys.key_hint)
        .bind(keys.secret_key)
        .bind(keys.connected_account)
        .bind(keys.first_version)
        .bind(now)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Stores a signing secret; the one before it stays believed. False means that there are no keys.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_webhook_secret(
        &mut self,
        shop: ShopId,
        mode: KeyMode,
        sealed: &[u8],
        endpoint_id: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update payment_accounts set previous_webhook_secret = webhook_secret, webhook_secret = $3,
                 webhook_endpoint_id = $4, version = version + 1, updated_at = $5
             where shop_id = $1 and mode = $2",
        )
        .bind(shop)
        .bind(mode)
        .bind(sealed)
        .bind(endpoint_id)
        .bind(now)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Stores the key that browsers may see, or forgets it. False means that there are no keys.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_publishable_key(
        &mut self,
        shop: ShopId,
        mode: KeyMode,
        key: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update payment_accounts set publishable_key = $3, version = version + 1, updated_at = $4
             where shop_id = $1 and mode = $2",
        )
        .bind(shop)
        .bind(mode)
        .bind(key)
        .bind(now)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Notes how a check of this version of the keys ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn set_payment_keys_verified(
        &mut self,
        shop: ShopId,
        mode: KeyMode,
        version: i64,
        verified_at: Option<DateTime<Utc>>,
    ) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update payment_accounts set verified_at = $4
             where shop_id = $1 and mode = $2 and version = $3",
        )
        .bind(shop)
        .bind(mode)
        .bind(version)
        .bind(verified_at)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Puts the live keys into use. False means that they changed, or are not checked and complete.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn confirm_live_keys(
        &mut self,
        shop: ShopId,
        version: i64,
        now: DateTime<Utc>,
    ) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update payment_accounts set live_confirmed_at = coalesce(live_confirmed_at, $3)
             where shop_id = $1 and mode = 'live' and version = $2
               and verified_at is not null and webhook_secret is not null",
        )
        .bind(shop)
        .bind(version)
        .bind(now)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Forgets keys. False means that there were none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_payment_keys(&mut self, shop: ShopId, mode: KeyMode) -> Result<bool> {
        let rows =
            on_db!(self, |db| sqlx::query("delete from payment_accounts where shop_id = $1 and mode = $2",)
                .bind(shop)
                .bind(mode)
                .execute(db)
                .await?
                .rows_affected());
        Ok(rows == 1)
    }

    /// The newest order of a shop with Stripe that is not at its end, as the name of its session.
    ///
    /// `Some(None)` is an order whose session is not known yet.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_unfinished_session(
        &mut self,
        shop: ShopId,
        mode: KeyMode,
    ) -> Result<Option<Option<String>>> {
        let row: Option<(Option<String>,)> = on_db!(self, |db| sqlx::query_as(
            "select session_id from orders
             where shop_id = $1 and provider = 'stripe' and is_test = $2
               and status in ('reserved', 'open', 'processing', 'releasing', 'refund_due')
             order by case when session_id is null then 1 else 0 end, created_at desc limit 1",
        )
        .bind(shop)
        .bind(mode == KeyMode::Test)
        .fetch_optional(db)
        .await?);
        Ok(row.map(|(session,)| session))
    }

    /// Has workers look at all test orders of a shop that are not at their end.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reschedule_test_orders(&mut self, shop: ShopId, now: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query(
            "update orders set next_action_at = $2
             where shop_id = $1 and is_test and next_action_at is not null",
        )
        .bind(shop)
        .bind(now)
        .execute(db)
        .await
        .map(drop)?);
        Ok(())
    }

    /// Pauses an account. False means that it was paused before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pause_payments(&mut self, pause: &PaymentPause) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "insert into payment_pauses (account, reason, since, next_attempt_at)
             values ($1, $2, $3, $4) on conflict do nothing",
        )
        .bind(&pause.account)
        .bind(pause.reason)
        .bind(pause.since)
        .bind(pause.next_attempt_at)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Why and since when an account sells nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_payment_pause(&mut self, account: &str) -> Result<Option<PaymentPause>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select account, reason, since, next_attempt_at from payment_pauses where account = $1",
        )
        .bind(account)
        .fetch_optional(db)
        .await?))
    }

    /// Paused accounts whose provider is to be asked again, the longest waiting first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list_due_payment_pauses(
        &mut self,
        now: DateTime<Utc>,
        limit: i64,
    ) -> Result<Vec<PaymentPause>> {
        Ok(on_db!(self, |db| sqlx::query_as(
            "select account, reason, since, next_attempt_at from payment_pauses
             where next_attempt_at <= $1 order by next_attempt_at limit $2",
        )
        .bind(now)
        .bind(limit)
        .fetch_all(db)
        .await?))
    }

    /// When a provider is next asked again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_next_payment_pause(&mut self) -> Result<Option<DateTime<Utc>>> {
        let (at,): (Option<DateTime<Utc>>,) =
            on_db!(self, |db| sqlx::query_as("select min(next_attempt_at) from payment_pauses")
                .fetch_one(db)
                .await?);
        Ok(at)
    }

    /// Takes a pause whose time has come from the other nodes until `until`. False means that
    /// another one was faster.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn claim_payment_pause(&mut self, pause: &PaymentPause, until: DateTime<Utc>) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query(
            "update payment_pauses set next_attempt_at = $3 where account = $1 and next_attempt_at = $2",
        )
        .bind(&pause.account)
        .bind(pause.next_attempt_at)
        .bind(until)
        .execute(db)
        .await?
        .rows_affected());
        Ok(rows == 1)
    }

    /// Has a paused account's provider asked at another time.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reschedule_payment_pause(&mut self, account: &str, at: DateTime<Utc>) -> Result<()> {
        on_db!(self, |db| sqlx::query("update payment_pauses set next_attempt_at = $2 where account = $1")
            .bind(account)
            .bind(at)
            .execute(db)
            .await
            .map(drop)?);
        Ok(())
    }

    /// Lets an account sell again. False means that it was not paused.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn resume_payments(&mut self, account: &str) -> Result<bool> {
        let rows = on_db!(self, |db| sqlx::query("delete from payment_pauses where account = $1")
            .bind(account)
            .execute(db)
            .await?
            .rows_affected());
        Ok(rows == 1)
    }
}
