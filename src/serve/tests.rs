//! The whole service over a real socket: plain, TLS, client certificates, drain.

use std::{fmt::Write as _, path::Path, time::Instant};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;
use tizilim_test_database::TestDatabase;
use tokio::{io::AsyncReadExt as _, net::TcpStream};
use tonic::{
    Code, Request, Status,
    transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity},
};
use tonic_health::pb::{
    HealthCheckRequest, health_check_response::ServingStatus as Health, health_client::HealthClient,
};
use tonic_reflection::pb::v1::{
    ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
    server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
};

use super::*;
use crate::{
    authn::{account, mint},
    kernel::SystemIds,
    pb::registry::v1::{
        GetDaysRequest, ListProvidersRequest, calendar_service_client::CalendarServiceClient,
        service_info_service_client::ServiceInfoServiceClient,
    },
};

struct Installation {
    folder: TempDir,
    database: TestDatabase,
    token: String,
}

/// A folder with a file of callers, and a register in a folder that is not there yet.
async fn installation() -> Installation {
    let folder = tempfile::tempdir().unwrap();
    let database = TestDatabase::new(&folder.path().join("new")).await;
    let caller = account("operator", "operator", "600740000012", &["read".to_owned()]).unwrap();
    let minted = mint(&caller, &SystemIds::default());
    std::fs::write(folder.path().join("callers.toml"), minted.row).unwrap();
    Installation {
        folder,
        database,
        token: minted.token.expose().clone(),
    }
}

impl Installation {
    fn config(&self, more: &str) -> Config {
        let folder = self.folder.path().display();
        let register = self.database.url();
        let text = format!(
            "listen.address = '127.0.0.1:0'\nlisten.drain_seconds_max = 2\n\
             callers.file = '{folder}/callers.toml'\n\
             store.url = '{register}'\n\
             store.documents = '{folder}/documents'\nmail.maildir = '{folder}/mail'\n{more}\n\
             [[providers]]\nid = 'almaty'\nbin = '600740000012'\nkato = '750000000'\n\
             name = {{ kk = 'Әкімдік', ru = 'Акимат', en = 'Akimat' }}\n\
             head = {{ name = 'Үлгі', post = {{ kk = 'Б', ru = 'Р', en = 'H' }} }}\n\
             reviewing_body = {{ kk = 'М', ru = 'М', en = 'M' }}\n"
        );
        Config::of(text.parse().unwrap(), []).unwrap()
    }

    async fn start(&self) -> Running {
        start(self.config(""), None).await.unwrap()
    }

    /// How many days the calendar tells to a caller with a token.
    async fn days(&self, channel: Channel) -> Result<usize, Status> {
        let mut request = Request::new(GetDaysRequest {
            from_on: "2026-03-20".to_owned(),
            to_on: "2026-03-21".to_owned(),
        });
        let credentials = format!("Bearer {}", self.token).parse().unwrap();
        request.metadata_mut().insert("authorization", credentials);
        let answer = CalendarServiceClient::new(channel)
            .get_days(request)
            .await?;
        Ok(answer.into_inner().days.len())
    }
}

fn plain(running: &Running) -> Channel {
    Endpoint::from_shared(format!("http://{}", running.address()))
        .unwrap()
        .connect_lazy()
}

async fn health(channel: Channel, service: &str) -> Result<Health, Status> {
    let request = HealthCheckRequest {
        service: service.to_owned(),
    };
    let answer = HealthClient::new(channel).check(request).await?;
    Ok(answer.into_inner().status())
}

async fn reflect(channel: Channel, question: MessageRequest) -> MessageResponse {
    let question = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(question),
    };
    let mut answers = ServerReflectionClient::new(channel)
        .server_reflection_info(tokio_stream::iter([question]))
        .await
        .unwrap()
        .into_inner();
    let answer = answers.message().await.unwrap().unwrap();
    answer.message_response.unwrap()
}

#[tokio::test]
async fn a_running_service_is_healthy_shows_its_contract_and_lists_its_providers() {
    let installation = installation().await;
    let running = installation.start().await;
    let channel = plain(&running);
    for service in ["", "tizilim.registry.v1.CalendarService"] {
        let health = health(channel.clone(), service).await.unwrap();
        assert_eq!(health, Health::Serving, "{service}");
    }
    let unknown = health(channel.clone(), "no.such.Service")
        .await
        .unwrap_err();
    assert_eq!(unknown.code(), Code::NotFound);

    let list = MessageRequest::ListServices(String::new());
    let MessageResponse::ListServicesResponse(list) = reflect(channel.clone(), list).await else {
        panic!("no list of services");
    };
    let names: Vec<&str> = list.service.iter().map(|s| s.name.as_str()).collect();
    assert!(names.contains(&"tizilim.registry.v1.CalendarService"));
    assert!(!names.contains(&"tizilim.monitoring.v1.StageIngestService"));

    let detail = MessageRequest::FileContainingSymbol("google.rpc.ErrorInfo".to_owned());
    let detail = reflect(channel.clone(), detail).await;
    assert!(matches!(detail, MessageResponse::FileDescriptorResponse(_)));

    let providers = ServiceInfoServiceClient::new(channel.clone())
        .list_providers(ListProvidersRequest {})
        .await
        .unwrap()
        .into_inner()
        .providers;
    assert_eq!(providers.len(), 1);
    assert_eq!(providers[0].provider_id, "almaty");
    assert_eq!(providers[0].opens, "09:00");
    assert_eq!(providers[0].closes, "18:30");
    assert_eq!(providers[0].name.as_ref().unwrap().kk, "Әкімдік");

    assert_eq!(installation.days(channel).await.unwrap(), 2);
    running.stop().await.unwrap();
}

#[tokio::test]
async fn without_callers_the_service_does_not_start() {
    let installation = installation().await;
    let mut config = installation.config("");
    config.callers = None;
    let fault = start(config, None).await.unwrap_err();
    assert!(matches!(fault, ServeFault::NoCallers));
    assert!(fault.to_string().contains("tizilim token"));
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn on_a_server_whose_schema_is_not_migrated_the_service_does_not_start() {
    let installation = Installation {
        database: TestDatabase::empty_on_postgres().await,
        ..installation().await
    };
    let fault = start(installation.config(""), None).await.unwrap_err();
    let ServeFault::Store(fault) = fault else {
        panic!("{fault}");
    };
    assert!(
        fault.to_string().contains("run `tizilim migrate`"),
        "{fault}"
    );
}

#[tokio::test]
async fn a_test_clock_is_not_for_others() {
    let installation = installation().await;
    let mut config = installation.config("");
    config.listen.address = "0.0.0.0:0".parse().unwrap();
    let fault = start(config, Some("2026-03-20T13:31:00Z".parse().unwrap())).await;
    assert!(matches!(fault, Err(ServeFault::TestClockForOthers)));
}

#[tokio::test]
async fn a_taken_address_is_named() {
    let first = installation().await;
    let running = first.start().await;
    let other = installation().await;
    let mut config = other.config("");
    config.listen.address = running.address();
    let fault = start(config, None).await.unwrap_err();
    let address = running.address().to_string();
    assert!(fault.to_string().contains(&address), "{fault}");
    running.stop().await.unwrap();
}

#[tokio::test]
async fn the_drain_ends_an_idle_service_at_once() {
    let installation = installation().await;
    let running = installation.start().await;
    let channel = plain(&running);
    health(channel.clone(), "").await.unwrap();
    let began = Instant::now();
    running.stop().await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(1));
    let status = health(channel, "").await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
}

#[tokio::test]
async fn the_drain_cuts_what_does_not_end_and_says_so() {
    let installation = installation().await;
    let running = installation.start().await;
    let mut mute = TcpStream::connect(running.address()).await.unwrap();
    let mut watch = HealthClient::new(plain(&running))
        .watch(HealthCheckRequest::default())
        .await
        .unwrap()
        .into_inner();
    let first = watch.message().await.unwrap().unwrap();
    assert_eq!(first.status(), Health::Serving);
    let fault = running.stop().await.unwrap_err();
    let ServeFault::Cut {
        seconds: 2,
        connections: 2,
        ..
    } = fault
    else {
        panic!("{fault}");
    };
    let last = watch.message().await.unwrap().unwrap();
    assert_eq!(last.status(), Health::NotServing, "told before the end");
    assert!(watch.message().await.is_err(), "the stream is cut");
    let mut rest = Vec::new();
    let hung_up = tokio::time::timeout(Duration::from_secs(1), mute.read_to_end(&mut rest));
    assert!(hung_up.await.is_ok(), "the mute client is hung up on");
}

struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        Self {
            issuer: CertifiedIssuer::self_signed(params, key).unwrap(),
        }
    }

    /// Certificate and key of a name, in PEM.
    fn issue(&self, name: &str) -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        (certificate.pem(), key.serialize_pem())
    }
}

/// Writes the server's files and gives the configuration of TLS.
fn tls_files(folder: &Path, server: &Authority, clients: Option<&Authority>) -> String {
    let (certificate, key) = server.issue("localhost");
    let write = |name: &str, text: String| {
        let file = folder.join(name);
        std::fs::write(&file, text).unwrap();
        file.display().to_string()
    };
    let mut text = format!(
        "tls.certificate = '{}'\ntls.key = '{}'\n",
        write("cert.pem", certificate),
        write("key.pem", key)
    );
    if let Some(clients) = clients {
        let file = write("clients.pem", clients.issuer.pem());
        writeln!(text, "tls.client_ca = '{file}'").unwrap();
    }
    text
}

fn secure(running: &Running, trusted: &Authority, identity: Option<(String, String)>) -> Channel {
    let mut tls = ClientTlsConfig::new()
        .domain_name("localhost")
        .ca_certificate(Certificate::from_pem(trusted.issuer.pem()));
    if let Some((certificate, key)) = identity {
        tls = tls.identity(Identity::from_pem(certificate, key));
    }
    Endpoint::from_shared(format!("https://{}", running.address()))
        .unwrap()
        .tls_config(tls)
        .unwrap()
        .connect_lazy()
}

#[tokio::test]
async fn over_tls_the_service_speaks_only_to_who_trusts_its_authority() {
    let installation = installation().await;
    let authority = Authority::new();
    let tls = tls_files(installation.folder.path(), &authority, None);
    let running = start(installation.config(&tls), None).await.unwrap();
    let channel = secure(&running, &authority, None);
    assert_eq!(installation.days(channel).await.unwrap(), 2);
    let mistrusting = secure(&running, &Authority::new(), None);
    assert!(health(mistrusting, "").await.is_err());
    assert!(health(plain(&running), "").await.is_err());
    running.stop().await.unwrap();
}

#[tokio::test]
async fn with_an_authority_of_clients_only_its_clients_are_heard_and_still_need_a_token() {
    let installation = installation().await;
    let (servers, clients) = (Authority::new(), Authority::new());
    let tls = tls_files(installation.folder.path(), &servers, Some(&clients));
    let running = start(installation.config(&tls), None).await.unwrap();
    let known = secure(&running, &servers, Some(clients.issue("portal")));
    assert_eq!(installation.days(known.clone()).await.unwrap(), 2);
    let bare = Request::new(GetDaysRequest::default());
    let status = CalendarServiceClient::new(known).get_days(bare).await;
    assert_eq!(status.unwrap_err().code(), Code::Unauthenticated);
    let foreign = secure(&running, &servers, Some(Authority::new().issue("portal")));
    assert!(health(foreign, "").await.is_err());
    assert!(health(secure(&running, &servers, None), "").await.is_err());
    running.stop().await.unwrap();
}

#[tokio::test]
async fn a_certificate_that_is_not_there_is_named() {
    let installation = installation().await;
    let tls = "tls.certificate = 'nowhere.pem'\ntls.key = 'nowhere.key'\n";
    let fault = start(installation.config(tls), None).await.unwrap_err();
    assert!(fault.to_string().contains("nowhere.pem"));
}
