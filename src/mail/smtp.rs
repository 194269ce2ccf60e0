//! Letters over SMTP (RFC 5321), one connection for each. The mailbox is to blame only for what was
//! said of the recipient and the letter; a letter that was taken is never called lost.

use std::time::Duration;

use async_trait::async_trait;
use lettre::{
    Address,
    transport::smtp::{
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, Certificate, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::ClientId,
    },
};
use tokio::time::timeout;

use super::{
    Letter, MailFault, MailSetupFault, Mailer, Receipt, Sender,
    compose::{Composed, compose},
    fault::with_enhanced,
};

const FAREWELL_SECONDS_MAX: u64 = 2;

/// How the connection is secured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// It is not: only for a server on this machine or in a trusted network.
    None,
    /// By STARTTLS, without which no letter leaves.
    StartTls,
    /// From the first byte.
    Implicit,
}

/// How to reach a mail server.
#[derive(Clone)]
pub struct SmtpOptions {
    /// Name or address of the server; its certificate must be for it.
    pub host: String,
    /// Usually 25, 465 or 587.
    pub port: u16,
    /// How the connection is secured.
    pub security: Security,
    /// Certificates to trust instead of the public ones, as PEM.
    pub root_certificates: Option<Vec<u8>>,
    /// Name and password, if the server wants them.
    pub credentials: Option<(String, String)>,
    /// Who sends.
    pub sender: Sender,
    /// How long one letter may take.
    pub timeout: Duration,
}

/// Sends letters through a mail server.
pub struct Smtp {
    host: String,
    port: u16,
    security: Security,
    tls: TlsParameters,
    credentials: Option<Credentials>,
    sender: Sender,
    timeout: Duration,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Smtp")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .finish_non_exhaustive()
    }
}

impl Smtp {
    /// Prepares the way to a server; nothing is sent yet.
    pub fn new(options: SmtpOptions) -> Result<Self, MailSetupFault> {
        let is_in_the_clear = options.security == Security::None && !is_this_machine(&options.host);
        if options.credentials.is_some() && is_in_the_clear {
            return Err(MailSetupFault::PasswordInTheClear);
        }
        Ok(Self {
            tls: tls(&options)?,
            host: options.host,
            port: options.port,
            security: options.security,
            credentials: options.credentials.map(Credentials::from),
            sender: options.sender,
            timeout: options.timeout,
        })
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, MailFault> {
        let hello = ClientId::default();
        let implicit = (self.security == Security::Implicit).then(|| self.tls.clone());
        let server = (self.host.as_str(), self.port);
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(server, Some(self.timeout), &hello, implicit, None)
                .await
                .map_err(MailFault::ours("connect"))?;
        if self.security == Security::StartTls {
            connection
                .starttls(self.tls.clone(), &hello)
                .await
                .map_err(MailFault::ours("starttls"))?;
        }
        if let Some(credentials) = &self.credentials {
            connection
                .auth(DEFAULT_MECHANISMS, credentials)
                .await
                .map_err(MailFault::ours("authenticate"))?;
        }
        Ok(connection)
    }

    async fn converse(
        &self,
        composed: Composed,
    ) -> Result<(Receipt, AsyncSmtpConnection), MailFault> {
        let mut connection = self.connect().await?;
        match hand_over(&mut connection, self.sender.address(), composed).await {
            Ok(receipt) => Ok((receipt, connection)),
            Err(fault) => {
                connection.abort().await;
                Err(fault)
            }
        }
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, letter: &Letter) -> Result<Receipt, MailFault> {
        let composed = compose(letter, &self.sender)?;
        let conversation = timeout(self.timeout, self.converse(composed)).await;
        let (receipt, mut connection) =
            conversation.unwrap_or_else(|_late| Err(MailFault::transient("timed out")))?;
        // The letter is theirs now: whatever becomes of the farewell, it is not to be sent again.
        let farewell = Duration::from_secs(FAREWELL_SECONDS_MAX);
        drop(timeout(farewell, connection.quit()).await);
        Ok(receipt)
    }
}

async fn hand_over(
    connection: &mut AsyncSmtpConnection,
    from: &Address,
    composed: Composed,
) -> Result<Receipt, MailFault> {
    connection
        .command(Mail::new(Some(from.clone()), Vec::new()))
        .await
        .map_err(MailFault::ours("sender"))?;
    connection
        .command(Rcpt::new(composed.to, Vec::new()))
        .await
        .map_err(MailFault::theirs("recipient"))?;
    connection
        .command(Data)
        .await
        .map_err(MailFault::theirs("data"))?;
    let taken = connection
        .message(&composed.message)
        .await
        .map_err(MailFault::theirs("content"))?;
    let word = taken.first_word().map(ToOwned::to_owned);
    Ok(Receipt(with_enhanced(taken.code(), word)))
}

fn tls(options: &SmtpOptions) -> Result<TlsParameters, MailSetupFault> {
    use lettre::transport::smtp::client::CertificateStore;

    let mut builder = TlsParameters::builder(options.host.clone());
    if let Some(pem) = &options.root_certificates {
        let root = Certificate::from_pem(pem).map_err(MailSetupFault::Certificates)?;
        builder = builder
            .certificate_store(CertificateStore::None)
            .add_root_certificate(root);
    }
    builder.build().map_err(MailSetupFault::Tls)
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost"
        || host
            .parse()
            .is_ok_and(|address: std::net::IpAddr| address.is_loopback())
}
