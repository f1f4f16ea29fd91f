//! NATS asks who one is, and speaks TLS.

use std::path::Path;
use std::process::{Command, Stdio};

use vetrina::app::App;
use vetrina::bus::Standing;
use vetrina::config::Secret;

use super::{comes_true, setup};
use crate::support::nats::NatsServer;
use crate::support::server::{Setup, TestServer};

const BY_PASSWORD: &str = "authorization { user: anna, password: \"p@ss word\" }";
const BY_TOKEN: &str = "authorization { token: \"a-long-token\" }";

async fn is_up(app: &App) {
    comes_true("NATS to take the login", || app.bus().standing() == Standing::Up).await;
}

async fn check(more: &str, change: impl FnOnce(&NatsServer, &mut Setup)) {
    let Some(nats) = NatsServer::start_with(more).await else { return };
    let mut setup = setup(&nats.url());
    change(&nats, &mut setup);
    let server = TestServer::start_with(setup).await;
    is_up(&server.app).await;
}

#[tokio::test]
async fn a_user_in_the_address_is_taken() {
    check(BY_PASSWORD, |nats, setup| {
        let url = format!("nats://anna:p%40ss%20word@127.0.0.1:{}", nats.port);
        setup.config.nats.urls = vec![Secret::new(&url)];
    })
    .await;
}

#[tokio::test]
async fn a_user_with_a_password_in_a_file_is_taken() {
    check(BY_PASSWORD, |nats, setup| {
        let file = nats.folder().join("password");
        std::fs::write(&file, "p@ss word\n").unwrap();
        setup.config.nats.user = Some("anna".to_owned());
        setup.config.nats.password_file = Some(file);
    })
    .await;
}

#[tokio::test]
async fn a_token_is_taken() {
    check(BY_TOKEN, |_, setup| setup.config.nats.token = Some(Secret::new("a-long-token"))).await;
}

/// A wrong login does not keep the server from serving, and it goes on trying.
#[tokio::test]
async fn a_refused_login_is_tried_until_it_is_taken() {
    let Some(mut nats) = NatsServer::start_with(BY_TOKEN).await else { return };
    let mut setup = setup(&nats.url());
    setup.config.nats.token = Some(Secret::new("another-token"));
    let server = TestServer::start_with(setup).await;
    comes_true("the login to be refused", || server.app.bus().counts().failures > 0).await;
    assert!(matches!(server.app.bus().standing(), Standing::Down(_)));
    assert_eq!(super::readiness(&server).await["bus"], "down");
    nats.kill();
    nats.configure("authorization { token: \"another-token\" }");
    nats.start_again().await;
    is_up(&server.app).await;
}

/// Makes an authority, and a certificate for loopback that it signed.
fn make_certificates(folder: &Path) -> Option<()> {
    let run = |arguments: &str| {
        let command = Command::new("openssl")
            .args(arguments.split(' '))
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        command.is_ok_and(|status| status.success())
    };
    std::fs::write(folder.join("names"), "subjectAltName=IP:127.0.0.1,DNS:localhost\n").unwrap();
    let is_made = run(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.pem",
    ) && run(
        "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=nats -keyout nats.key -out nats.csr",
    ) && run(
        "x509 -req -in nats.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out nats.pem",
    );
    if !is_made {
        println!("skipped: openssl cannot make certificates");
    }
    is_made.then_some(())
}

#[tokio::test]
async fn tls_is_spoken_with_whom_the_own_authority_signed() {
    let Some(mut nats) = NatsServer::prepare("") else { return };
    let Some(()) = make_certificates(nats.folder()) else { return };
    let path = |name: &str| nats.folder().join(name).to_str().unwrap().to_owned();
    let (certificate, key, authority) = (path("nats.pem"), path("nats.key"), nats.folder().join("ca.pem"));
    nats.configure(&format!("tls {{ cert_file: \"{certificate}\", key_file: \"{key}\" }}"));
    nats.start_again().await;
    let url = format!("tls://127.0.0.1:{}", nats.port);
    let mut trusting = setup(&url);
    trusting.config.nats.ca_file = Some(authority);
    let trusting = TestServer::start_with(trusting).await;
    is_up(&trusting.app).await;
    // The machine's own authorities did not sign it.
    let wary = trusting.join(|config| config.nats.ca_file = None).await;
    comes_true("the certificate to be refused", || wary.app.bus().counts().failures > 0).await;
    assert!(matches!(wary.app.bus().standing(), Standing::Down(_)));
}
