//! Invitations to work for a shop: a link with a secret, good for one person and for a week.

use chrono::{DateTime, Utc};

use super::ids::{InvitationId, MemberId, ShopId};
use super::member::Role;

/// How long an invitation can be accepted; a week survives a holiday.
pub const INVITATION_DAYS: i64 = 7;
/// How long it is still told what became of an invitation, from its last day on.
pub const INVITATION_KEPT_DAYS: i64 = 30;
/// Invitations of a shop that can be accepted at a time; more than a team grows by in a week.
pub const OPEN_INVITATIONS_MAX: i64 = 20;
/// Members of a shop; their list is read and shown as a whole.
pub const MEMBERS_MAX: i64 = 100;

/// An invitation as a shop made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Identity.
    pub id: InvitationId,
    /// The shop that invites.
    pub shop_id: ShopId,
    /// What the invited person becomes.
    pub role: Role,
    /// Whom it is meant for, in lower case; whoever holds the link may give another address.
    pub email: Option<String>,
    /// Who invites.
    pub invited_by: MemberId,
    /// The name of who invites, as of then.
    pub inviter_name: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it can no longer be accepted.
    pub expires_at: DateTime<Utc>,
}

/// What became of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationState {
    /// It can be accepted.
    Open,
    /// Somebody joined with it.
    Used,
    /// The shop took it back.
    Revoked,
    /// Its week is over.
    Expired,
}

impl InvitationState {
    /// What became of an invitation by now; being settled counts before being old.
    #[must_use]
    pub fn of(
        accepted_at: Option<DateTime<Utc>>,
        revoked_at: Option<DateTime<Utc>>,
        expires_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Self {
        match (accepted_at, revoked_at) {
            (Some(_), _) => Self::Used,
            (None, Some(_)) => Self::Revoked,
            (None, None) if expires_at <= now => Self::Expired,
            (None, None) => Self::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_settled_is_told_before_what_is_old() {
        let at = |secs: i64| DateTime::from_timestamp(1_800_000_000 + secs, 0).unwrap();
        let state = |accepted, revoked, now| InvitationState::of(accepted, revoked, at(10), at(now));
        assert_eq!(state(None, None, 9), InvitationState::Open);
        assert_eq!(state(None, None, 10), InvitationState::Expired);
        assert_eq!(state(Some(at(5)), None, 10), InvitationState::Used);
        assert_eq!(state(None, Some(at(5)), 10), InvitationState::Revoked);
    }
}
