//! The mail with an invitation's link.
//!
//! It is sent within the request and never queued: the link is told once and kept nowhere.

use std::time::Duration;

use crate::app::App;
use crate::app::members::InvitationMail;
use crate::domain::invitation::{INVITATION_DAYS, Invitation};
use crate::domain::language::Language;
use crate::domain::member::Role;
use crate::domain::text::escaped_html as escaped;
use crate::mail::Letter;
use crate::storage;

/// How long whoever invites waits for the mail server; afterwards the link is sent by hand.
const SEND_TIMEOUT: Duration = Duration::from_secs(15);

/// What the letter says.
struct Words {
    subject: &'static str,
    hello: &'static str,
    /// With the inviter's name, the shop's and the role in place of `{who}`, `{shop}` and `{role}`.
    line: &'static str,
    call: &'static str,
    /// With the days in place of `{days}`.
    end: &'static str,
}

const ITALIAN: Words = Words {
    subject: "Invito a lavorare con {shop}",
    hello: "Ciao,",
    line: "{who} ti invita a lavorare con {shop}. Il tuo ruolo: {role}.",
    call: "Accetta l’invito",
    end: "Il link vale {days} giorni e per una sola persona. Se non ti aspettavi questo invito, ignora il messaggio.",
};

const ENGLISH: Words = Words {
    subject: "An invitation to work with {shop}",
    hello: "Hello,",
    line: "{who} invites you to work with {shop}. Your role: {role}.",
    call: "Accept the invitation",
    end: "The link works for {days} days and for one person. If you did not expect it, ignore this message.",
};

impl App {
    /// Sends an invitation's link to its address, if it has one and mail leaves this machine.
    ///
    /// # Errors
    /// When the database fails; a mail server that does is told in the answer.
    pub(in crate::app) async fn mail_invitation(
        &self,
        invitation: &Invitation,
        url: &str,
    ) -> storage::Result<InvitationMail> {
        let Some(to) = &invitation.email else { return Ok(InvitationMail::NotAsked) };
        if !self.mailer().is_smtp() {
            return Ok(InvitationMail::NotConfigured);
        }
        let mut tx = self.db().read().await?;
        let shop = tx.find_shop(invitation.shop_id).await?;
        let contact = tx.find_shop_contact(invitation.shop_id).await?;
        drop(tx);
        let shop_name = shop.map(|shop| shop.name).unwrap_or_default();
        let language = contact.map_or(Language::Italian, |contact| contact.language);
        let letter = self.invitation_letter(invitation, to, &shop_name, language, url);
        match tokio::time::timeout(SEND_TIMEOUT, self.mailer().send(&letter)).await {
            Ok(Ok(())) => Ok(InvitationMail::Sent),
            Ok(Err(error)) => {
                tracing::warn!(invitation.id = %invitation.id, %error, "an invitation could not be mailed");
                Ok(InvitationMail::Failed)
            }
            Err(_) => {
                tracing::warn!(invitation.id = %invitation.id, "the mail server was too slow for an invitation");
                Ok(InvitationMail::Failed)
            }
        }
    }

    fn invitation_letter(
        &self,
        invitation: &Invitation,
        to: &str,
        shop_name: &str,
        language: Language,
        url: &str,
    ) -> Letter {
        let words = match language {
            Language::Italian => &ITALIAN,
            Language::English => &ENGLISH,
        };
        let subject = words.subject.replace("{shop}", shop_name);
        let line = words
            .line
            .replace("{role}", role(invitation.role, language))
            .replace("{shop}", shop_name)
            .replace("{who}", &invitation.inviter_name);
        let end = words.end.replace("{days}", &INVITATION_DAYS.to_string());
        let text =
            format!("{}\n\n{line}\n\n{}:\n{url}\n\n{end}\n\n-- \n{shop_name}\n", words.hello, words.call);
        let html = format!(
            "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{}</title></head>\
             <body style=\"margin:0;padding:24px;font-family:sans-serif;font-size:16px;line-height:1.5;color:#1d1a17\">\
             <div style=\"max-width:560px;margin:0 auto\"><p>{}</p><p>{}</p>\
             <p style=\"margin:24px 0\"><a href=\"{}\">{}</a></p><p>{}</p>\
             <p style=\"margin:0;color:#666\">{}</p></div></body></html>",
            escaped(&subject),
            words.hello,
            escaped(&line),
            escaped(url),
            words.call,
            escaped(&end),
            escaped(shop_name)
        );
        Letter {
            id: self.clock().uuid(),
            to: to.to_owned(),
            from_name: shop_name.to_owned(),
            reply_to: None,
            subject,
            text,
            html,
            written_at: self.clock().now(),
        }
    }
}

/// A role as a sentence names it.
const fn role(role: Role, language: Language) -> &'static str {
    match (role, language) {
        (Role::Owner, Language::Italian) => "titolare",
        (Role::Owner, Language::English) => "owner",
        (Role::Host, Language::Italian) => "conduzione",
        (Role::Host, Language::English) => "host",
        (Role::Moderator, Language::Italian) => "moderazione",
        (Role::Moderator, Language::English) => "moderator",
    }
}
