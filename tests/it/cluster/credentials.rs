//! NATS in operator mode: who signs in shows a token that an account signed, and proves its key.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use nkeys::KeyPair;
use serde_json::{Value, json};
use vetrina::bus::Standing;

use super::{comes_true, setup};
use crate::support::nats::NatsServer;
use crate::support::server::TestServer;

/// A token of NATS about somebody, signed by whoever answers for them.
fn token(signer: &KeyPair, subject: &KeyPair, name: &str, nats: &Value) -> String {
    let encode = |part: &Value| BASE64_URL_SAFE_NO_PAD.encode(part.to_string());
    let header = encode(&json!({ "typ": "JWT", "alg": "ed25519-nkey" }));
    let claims = encode(&json!({
        "jti": name, "iat": 1_700_000_000, "name": name, "nats": nats,
        "iss": signer.public_key(), "sub": subject.public_key(),
    }));
    let signed = format!("{header}.{claims}");
    let signature = signer.sign(signed.as_bytes()).expect("whoever signs has a seed");
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

/// A user of an account who may speak of `vetrina` and of nothing else, as the manual asks.
fn user_token(account: &KeyPair, user: &KeyPair) -> String {
    let only = json!({ "allow": ["vetrina.>"] });
    let claims = json!({ "type": "user", "version": 2, "pub": only, "sub": only, "subs": -1, "data": -1, "payload": -1 });
    token(account, user, "shop", &claims)
}

/// The text of a `.creds` file.
fn credentials(token: &str, user: &KeyPair) -> String {
    let seed = user.seed().expect("a new key has a seed");
    format!(
        "-----BEGIN NATS USER JWT-----\n{token}\n------END NATS USER JWT------\n\n\
         -----BEGIN USER NKEY SEED-----\n{seed}\n------END USER NKEY SEED------\n"
    )
}

#[tokio::test]
async fn a_credentials_file_is_taken_and_one_of_a_stranger_refused() {
    let Some(mut nats) = NatsServer::prepare("") else { return };
    let (operator, account) = (KeyPair::new_operator(), KeyPair::new_account());
    let limits = json!({
        "subs": -1, "data": -1, "payload": -1, "imports": -1, "exports": -1, "wildcards": true,
        "conn": -1, "leaf": -1,
    });
    let operator_token =
        token(&operator, &operator, "operator", &json!({ "type": "operator", "version": 2 }));
    let claims = json!({ "type": "account", "version": 2, "limits": limits });
    let account_token = token(&operator, &account, "account", &claims);
    nats.configure(&format!(
        "operator: {operator_token}\nresolver: MEMORY\nresolver_preload: {{ {}: {account_token} }}",
        account.public_key()
    ));
    nats.start_again().await;

    let user = KeyPair::new_user();
    let file = nats.folder().join("shop.creds");
    std::fs::write(&file, credentials(&user_token(&account, &user), &user)).unwrap();
    let mut known = setup(&nats.url());
    known.config.nats.credentials_file = Some(file);
    let known = TestServer::start_with(known).await;
    comes_true("the credentials to be taken", || known.app.bus().standing() == Standing::Up).await;

    // The token is the same, and the key that it speaks of is another's.
    let stranger = nats.folder().join("stranger.creds");
    let text = credentials(&user_token(&account, &user), &KeyPair::new_user());
    std::fs::write(&stranger, text).unwrap();
    let refused = known.join(|config| config.nats.credentials_file = Some(stranger)).await;
    comes_true("the stranger to be refused", || refused.app.bus().counts().failures > 0).await;
    assert!(matches!(refused.app.bus().standing(), Standing::Down(_)));
}
