//! Letters over real SMTP to the catcher. No test looks at what a mailer says it did, only at what
//! was caught.

use std::{path::Path, sync::Arc, time::Duration};

use rcgen::{CertificateParams, KeyPair};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{ServerConfig, crypto::ring, pki_types::PrivateKeyDer},
};

use super::{
    catcher::{Catcher, RunningCatcher},
    letter::tests::letter,
    *,
};
use crate::kernel::{Email, Personal};

const HOST: &str = "localhost";

fn catcher(folder: &Path) -> Catcher {
    Catcher {
        listen: "127.0.0.1:0".parse().unwrap(),
        folder: folder.to_owned(),
        tls: None,
        credentials: None,
    }
}

fn options(port: u16) -> SmtpOptions {
    let address = Email::parse("register@example.kz").unwrap();
    SmtpOptions {
        host: HOST.to_owned(),
        port,
        security: Security::None,
        root_certificates: None,
        credentials: None,
        sender: Sender::new("Тізілім", &address).unwrap(),
        timeout: Duration::from_secs(5),
    }
}

fn smtp(catcher: &RunningCatcher) -> Smtp {
    Smtp::new(options(catcher.address().port())).unwrap()
}

fn caught(catcher: &RunningCatcher) -> Vec<String> {
    let letters = catcher.letters().unwrap();
    letters
        .iter()
        .map(|path| String::from_utf8(std::fs::read(path).unwrap()).unwrap())
        .collect()
}

fn letter_to(address: &str) -> Letter {
    Letter {
        to: Personal::new(Email::parse(address).unwrap()),
        ..letter()
    }
}

/// A certificate for `localhost`, as PEM, and an acceptor that shows it.
fn identity() -> (Vec<u8>, TlsAcceptor) {
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec![HOST.to_owned()])
        .unwrap()
        .self_signed(&key)
        .unwrap();
    let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .unwrap();
    (
        certificate.pem().into_bytes(),
        TlsAcceptor::from(Arc::new(config)),
    )
}

#[tokio::test]
async fn a_letter_arrives_as_it_was_composed() {
    let folder = tempfile::tempdir().unwrap();
    let catcher = catcher(folder.path()).start().await.unwrap();
    let receipt = smtp(&catcher).send(&letter()).await.unwrap();
    assert_eq!(receipt, Receipt("250 2.0.0".to_owned()));

    let composed = compose::compose(&letter(), &options(0).sender).unwrap();
    let message = String::from_utf8(composed.message).unwrap();
    let envelope = "Return-Path: <register@example.kz>\r\nDelivered-To: shareholder@example.kz\r\n";
    let [arrived] = caught(&catcher).try_into().unwrap();
    let arrived = arrived.strip_prefix(envelope).unwrap();
    assert_eq!(arrived.trim_end(), message.trim_end());
    catcher.stop().await;
}

#[tokio::test]
async fn a_line_that_begins_with_a_dot_arrives_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let catcher = catcher(folder.path()).start().await.unwrap();
    let dotted = Letter {
        body: "first\r\n.\r\n.second\r\n..third\r\n".to_owned(),
        ..letter()
    };
    smtp(&catcher).send(&dotted).await.unwrap();
    let [arrived] = caught(&catcher).try_into().unwrap();
    assert!(
        arrived.contains("\r\nfirst\r\n.\r\n.second\r\n..third\r\n"),
        "{arrived}"
    );
}

#[tokio::test]
async fn a_letter_leaves_by_starttls_only_under_the_right_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let (root, tls) = identity();
    let secured = Catcher {
        tls: Some(tls),
        ..catcher(folder.path())
    };
    let catcher = secured.start().await.unwrap();
    let port = catcher.address().port();
    let with_roots = |root_certificates| {
        Smtp::new(SmtpOptions {
            security: Security::StartTls,
            root_certificates,
            ..options(port)
        })
        .unwrap()
    };
    let (other_root, _) = identity();
    for wrong in [None, Some(other_root)] {
        assert_eq!(
            with_roots(wrong).send(&letter()).await,
            Err(MailFault::transient("starttls: TLS failed"))
        );
    }
    assert_eq!(
        smtp(&catcher).send(&letter()).await,
        Err(MailFault::transient("sender: 530 5.7.0"))
    );
    assert!(caught(&catcher).is_empty());
    with_roots(Some(root)).send(&letter()).await.unwrap();
    assert_eq!(caught(&catcher).len(), 1);
}

#[tokio::test]
async fn a_server_without_starttls_gets_no_letter_when_it_is_configured() {
    let folder = tempfile::tempdir().unwrap();
    let catcher = catcher(folder.path()).start().await.unwrap();
    let secured = Smtp::new(SmtpOptions {
        security: Security::StartTls,
        ..options(catcher.address().port())
    });
    assert_eq!(
        secured.unwrap().send(&letter()).await,
        Err(MailFault::transient(
            "starttls: the server does not offer what is configured"
        ))
    );
    assert!(caught(&catcher).is_empty());
}

#[tokio::test]
async fn a_password_is_given_and_a_wrong_one_is_no_fault_of_the_mailbox() {
    let folder = tempfile::tempdir().unwrap();
    let closed = Catcher {
        credentials: Some(("register".to_owned(), "right".to_owned())),
        ..catcher(folder.path())
    };
    let catcher = closed.start().await.unwrap();
    let with_password = |password: &str| {
        Smtp::new(SmtpOptions {
            credentials: Some(("register".to_owned(), password.to_owned())),
            ..options(catcher.address().port())
        })
        .unwrap()
    };
    assert_eq!(
        with_password("wrong").send(&letter()).await,
        Err(MailFault::transient("authenticate: 535 5.7.8"))
    );
    assert_eq!(
        smtp(&catcher).send(&letter()).await,
        Err(MailFault::transient("sender: 530 5.7.0"))
    );
    with_password("right").send(&letter()).await.unwrap();
    assert_eq!(caught(&catcher).len(), 1);
}

#[test]
fn a_password_never_travels_in_the_clear_to_another_machine() {
    let open = SmtpOptions {
        host: "mail.example.kz".to_owned(),
        credentials: Some(("register".to_owned(), "right".to_owned())),
        ..options(25)
    };
    assert!(matches!(
        Smtp::new(open),
        Err(MailSetupFault::PasswordInTheClear)
    ));
}

#[tokio::test]
async fn each_refusal_is_laid_where_it_belongs_and_names_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let catcher = catcher(folder.path()).start().await.unwrap();
    let smtp = smtp(&catcher);
    for (reply, fault) in [
        (
            "550 5.1.1 <who@example.kz> unknown",
            MailFault::permanent("recipient: 550 5.1.1"),
        ),
        ("553 who@example.kz", MailFault::permanent("recipient: 553")),
        (
            "450 4.2.0 who@example.kz later",
            MailFault::transient("recipient: 450 4.2.0"),
        ),
        (
            "452 4.2.2 full",
            MailFault::transient("recipient: 452 4.2.2"),
        ),
        (
            "530 5.7.0 log in",
            MailFault::transient("recipient: 530 5.7.0"),
        ),
        (
            "503 5.5.1 what?",
            MailFault::transient("recipient: 503 5.5.1"),
        ),
        (
            "who@example.kz",
            MailFault::transient("recipient: the answer is not SMTP"),
        ),
    ] {
        catcher.refuse("who@example.kz", reply);
        let told = smtp.send(&letter_to("who@example.kz")).await;
        assert_eq!(told, Err(fault), "{reply}");
    }
    catcher.refuse("register@example.kz", "550 5.7.1 we do not know you");
    assert_eq!(
        smtp.send(&letter_to("other@example.kz")).await,
        Err(MailFault::transient("sender: 550 5.7.1"))
    );
    assert!(caught(&catcher).is_empty());
    catcher.welcome("register@example.kz");
    catcher.welcome("who@example.kz");
    smtp.send(&letter_to("who@example.kz")).await.unwrap();
    assert_eq!(caught(&catcher).len(), 1);
}

#[tokio::test]
async fn a_server_that_is_away_or_silent_is_a_passing_fault() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = silent.local_addr().unwrap();
    let hasty = |port| {
        Smtp::new(SmtpOptions {
            timeout: Duration::from_millis(200),
            ..options(port)
        })
        .unwrap()
    };
    assert_eq!(
        hasty(address.port()).send(&letter()).await,
        Err(MailFault::transient("timed out"))
    );
    drop(silent);
    assert_eq!(
        hasty(address.port()).send(&letter()).await,
        Err(MailFault::transient("connect: connection refused"))
    );
}
