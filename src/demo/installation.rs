//! A whole installation on this machine: the service on an acceptance clock, the stub of the
//! monitoring system, and a mail server that catches. It never listens on anything but loopback.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::Arc,
};

use serde_json::{Value, json};
use toml::Table;

use super::{
    DemoFault, Folder,
    callers::{Callers, Clients},
    client::{Line, MonitoringClient, connect},
    parties::{Person, World},
};
use crate::{
    config::{Config, ConfigFault, Secret},
    kernel::{Bin, IdSource as _, InformedBody, Localized, SystemClock, SystemIds},
    mail::catcher::{Catcher, RunningCatcher},
    monitor::{RunningStub, Stub, TokenDigest},
    serve,
};

/// Where nobody has chosen a port.
pub const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// A running installation and all that its parties hold.
#[derive(Debug)]
pub struct Installation {
    /// Everybody who takes part.
    pub world: World,
    /// Where everything lies.
    pub folder: Folder,
    /// A client for each of them.
    pub clients: Clients,
    /// Reads what the monitoring system received.
    pub monitoring: MonitoringClient,
    /// The mail server.
    pub catcher: RunningCatcher,
    stub: RunningStub,
    service: serve::Running,
}

impl Installation {
    /// Starts everything afresh in a folder; the service listens at an address.
    pub async fn start(
        world: World,
        folder: Folder,
        listen: SocketAddr,
    ) -> Result<Self, DemoFault> {
        let monitoring_token = Secret::new(hex::encode(SystemIds::default().random()));
        folder.write_private("tokens", "monitoring.token", monitoring_token.expose())?;
        let stub = Stub {
            listen: ANY_PORT,
            folder: folder.folder("monitoring")?,
            token: Some(TokenDigest::of(monitoring_token.expose())),
            clock: Arc::new(SystemClock),
        };
        let stub = stub.start().await?;
        let catcher = Catcher {
            listen: ANY_PORT,
            folder: folder.folder("mail")?,
            tls: None,
            credentials: None,
        };
        let catcher = catcher.start().await.map_err(DemoFault::Catcher)?;

        let callers = Callers::new(&world)?;
        callers.write(&folder)?;
        write_keys(&world, &folder)?;
        let config = configuration(&world, &folder, listen, stub.address(), catcher.address())?;
        folder.write("", "config.toml", format!("{config}\n"))?;
        let service = serve::start(Config::of(config, [])?, Some(world.begins_at)).await?;

        let clients = callers.clients(&connect(service.address()).await?)?;
        let channel = connect(stub.address()).await?;
        let monitoring = MonitoringClient::new(Line::new(channel, &monitoring_token)?);
        Ok(Self {
            world,
            folder,
            clients,
            monitoring,
            catcher,
            stub,
            service,
        })
    }

    /// Where the service listens.
    pub const fn service_address(&self) -> SocketAddr {
        self.service.address()
    }

    /// Where the stub of the monitoring system listens.
    pub const fn stub_address(&self) -> SocketAddr {
        self.stub.address()
    }

    /// Ends everything, the service first.
    pub async fn stop(self) -> Result<(), DemoFault> {
        drop(self.clients);
        drop(self.monitoring);
        self.service.stop().await?;
        self.catcher.stop().await;
        Ok(self.stub.stop().await?)
    }

    /// Keeps everything running until a signal, then ends it.
    pub async fn until_signal(self) -> Result<(), DemoFault> {
        drop(self.clients);
        drop(self.monitoring);
        self.service.until_signal().await?;
        self.catcher.stop().await;
        Ok(self.stub.stop().await?)
    }
}

fn write_keys(world: &World, folder: &Folder) -> Result<(), DemoFault> {
    folder.write("trust", "anchor.pem", world.authority.anchor_pem())?;
    let holders: [(&str, &Person); 6] = [
        ("chair", &world.cooperative.chair),
        ("neighbour-chair", &world.neighbour.chair),
        ("shareholder", &world.shareholder),
        ("rival", &world.rival),
        ("offline", &world.offline),
        ("head", &world.provider.head),
    ];
    for (name, person) in holders {
        let identity = &person.identity;
        folder.write("keys", &format!("{name}.pem"), identity.certificate_pem()?)?;
        folder.write_private("keys", &format!("{name}.key.pem"), &identity.key_pem()?)?;
    }
    let seal = &world.provider.seal;
    folder.write("keys", "seal.pem", seal.certificate_pem()?)?;
    folder.write_private("keys", "seal.key.pem", &seal.key_pem()?)?;
    Ok(())
}

/// The configuration of the service, with absolute paths: it may be used again by hand.
pub fn configuration(
    world: &World,
    folder: &Folder,
    listen: SocketAddr,
    monitoring: SocketAddr,
    mail: SocketAddr,
) -> Result<Table, DemoFault> {
    let at = |path: &str| folder.path().join(path).display().to_string();
    let provider = &world.provider;
    let content = json!({
        "listen": { "address": listen.to_string() },
        "callers": { "file": at("callers.toml") },
        "store": {
            "url": format!("sqlite:{}", at("register.db")),
            "documents": at("documents"),
        },
        "monitoring": {
            "endpoint": format!("http://{monitoring}"),
            "token_file": at("tokens/monitoring.token"),
        },
        "mail": {
            "from": "register@example.org",
            "smtp": { "host": mail.ip().to_string(), "port": mail.port(), "tls": "none" },
        },
        "signature": { "trust_anchors": [at("trust/anchor.pem")] },
        "case_file": { "certificate": at("keys/seal.pem"), "key": at("keys/seal.key.pem") },
        "providers": [{
            "id": provider.id,
            "bin": provider.bin.as_str(),
            "kato": provider.kato.as_str(),
            "name": localized(&provider.name),
            "head": {
                "name": provider.head.full_name(),
                "post": localized(&provider.head_post),
            },
            "reviewing_body": localized(&provider.reviewing_body),
            "reviewing_body_bin": world.higher_body.as_str(),
            "notice_email": provider.notice_email.as_str(),
        }],
        "complaints": { "quality_authority_bin": world.quality_authority.as_str() },
        // A reminder comes with the due moment of what was published the day before it is told.
        "notice": { "reminder_working_days": 2, "addressees": addressees(world) },
    });
    let not_toml = |_error| {
        DemoFault::Config(ConfigFault::Invalid(vec![
            "the demonstration's is not TOML".to_owned(),
        ]))
    };
    Table::try_from(content).map_err(not_toml)
}

fn localized(text: &Localized) -> Value {
    json!({ "kk": text.kk, "ru": text.ru, "en": text.en })
}

/// Whom changes of the Rules are told beside the provider. One organisation runs the infrastructure and the
/// contact centre.
fn addressees(world: &World) -> Value {
    let all = [
        (
            InformedBody::StateCorporation,
            &world.state_corporation,
            "corporation@example.org",
            Localized::of(
                "Мысал мемлекеттік корпорациясы",
                "Примерная государственная корпорация",
                "Example State Corporation",
            ),
        ),
        (
            InformedBody::EgovOperator,
            &world.egov_operator,
            "egov@example.org",
            Localized::of("Мысал операторы", "Примерный оператор", "Example operator"),
        ),
        (
            InformedBody::ContactCentre,
            &world.egov_operator,
            "centre@example.org",
            Localized::of(
                "Мысал байланыс орталығы",
                "Примерный контакт-центр",
                "Example contact centre",
            ),
        ),
    ];
    let addressee = |(body, bin, email, name): &(InformedBody, &Bin, &str, Localized)| {
        json!({
            "kind": body.code(),
            "bin": bin.as_str(),
            "email": email,
            "name": localized(name),
        })
    };
    all.iter().map(addressee).collect()
}
