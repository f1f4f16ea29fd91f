//! What members change of themselves: name, password, where they are signed in.

use crate::app::sessions::{NAME_CHARS_MAX, SignInError, check_password, hash_token, member_caller};
use crate::app::{App, Invalid};
use crate::domain::member::Member;
use crate::domain::text;

impl App {
    /// Gives the member another name; messages written under the old one keep it.
    ///
    /// # Errors
    /// Refuses an unusable name.
    pub async fn change_name(&self, member: &Member, name: &str) -> Result<Member, SignInError> {
        let name = text::line(name, NAME_CHARS_MAX).map_err(|error| Invalid::field("/name", error.code()))?;
        let mut tx = self.db().write().await?;
        tx.set_member_name(member.shop_id, member.id, &name).await?;
        self.audit_self(&mut tx, member, "member.rename").await?;
        tx.commit().await?;
        self.tell_member(member.shop_id, member.id);
        Ok(Member { name, ..member.clone() })
    }

    /// Sets the member's password and ends the other sessions.
    ///
    /// # Errors
    /// Refuses a weak password, and a wrong current one where one is set.
    pub async fn change_password(
        &self,
        member: &Member,
        session_token: &str,
        current: Option<&str>,
        password: &str,
    ) -> Result<(), SignInError> {
        check_password(password, "/password")?;
        let mut tx = self.db().read().await?;
        let credentials = tx.find_member(member.shop_id, member.id).await?;
        drop(tx);
        if let Some(hash) = credentials.and_then(|credentials| credentials.password_hash)
            && !self.is_password(current.unwrap_or_default(), hash).await?
        {
            return Err(Invalid::field("/current", "wrong").into());
        }
        let hash = self.hash_password(password).await?;
        let now = self.clock().now();
        let mut tx = self.db().write().await?;
        tx.set_password_hash(member.shop_id, member.id, &hash).await?;
        let kept = hash_token(session_token);
        tx.end_sessions(member.shop_id, member.id, Some(&kept), now).await?;
        self.audit_self(&mut tx, member, "member.password").await?;
        tx.commit().await?;
        self.tell_member(member.shop_id, member.id);
        Ok(())
    }

    /// Ends all sessions and sockets of the member, this one too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sign_out_everywhere(&self, member: &Member) -> Result<(), SignInError> {
        let mut tx = self.db().write().await?;
        tx.end_sessions(member.shop_id, member.id, None, self.clock().now()).await?;
        self.audit_self(&mut tx, member, "member.sign_out").await?;
        tx.commit().await?;
        self.tell_member(member.shop_id, member.id);
        Ok(())
    }

    async fn audit_self(
        &self,
        tx: &mut crate::storage::Tx,
        member: &Member,
        action: &str,
    ) -> crate::storage::Result<()> {
        let subject = member.id.to_string();
        self.audit(tx, &member_caller(member), action, &subject, serde_json::json!({})).await
    }
}
