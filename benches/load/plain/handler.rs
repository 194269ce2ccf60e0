//! A handler as most would write it: tonic, SeaORM, one transaction for each request and a pool of
//! connections. It parses, checks and permits nothing, which the service does.

use std::{
    convert::Infallible,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use prost::Message as _;
use sea_orm::{
    ActiveModelTrait as _, ConnectOptions, DatabaseConnection, DatabaseTransaction, DbErr,
    IntoActiveModel as _, TransactionTrait as _,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use serde_json::json;
use sha2::{Digest as _, Sha256};
use tizilim::{
    kernel::{Clock as _, IdSource as _, SystemClock, SystemIds},
    pb::registry::v1::{
        Application, ElectronicContract, ParticipationAgreement, SubmitApplicationRequest,
        SubmitApplicationResponse, submit_application_request::Form,
    },
    rpc::timestamp,
};
use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{
    Request, Response, Status,
    body::Body,
    server::{Grpc, NamedService, UnaryService},
    transport::Server,
};
use tonic_prost::ProstCodec;
use uuid::Uuid;

use super::rows::{application, content, head, journal, request_memory};
use crate::kit::{database::Database, program::Program};

const METHOD: &str = "/tizilim.registry.v1.ApplicationService/SubmitApplication";
const CALLER: &str = "cooperative";
const TERM: TimeDelta = TimeDelta::days(1);
const POSTGRES_POOL: u32 = 16;
static IDS: SystemIds = SystemIds::new();

/// Starts the handler as a process of its own.
pub(crate) fn start(database: &Database, folder: &std::path::Path) -> Program {
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.args(["plain-handler", &database.url]);
    Program::start(&mut program, &folder.join("handler.log"))
}

/// Serves until the process is killed.
pub(crate) async fn serve(url: &str) {
    let handler = Handler {
        database: connect(url).await,
        facts: Arc::new(AtomicI64::new(0)),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    eprintln!("serving {address}");
    Server::builder()
        .add_service(handler)
        .serve_with_incoming(TcpListenerStream::new(listener))
        .await
        .unwrap();
}

/// As durable as the service.
async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.sqlx_logging(false).max_connections(POSTGRES_POOL);
    if url.starts_with("sqlite:") {
        options.max_connections(1).map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .foreign_keys(true)
                .journal_mode(SqliteJournalMode::Wal)
                .synchronous(SqliteSynchronous::Full)
                .busy_timeout(Duration::from_secs(5))
        });
    }
    sea_orm::Database::connect(options).await.unwrap()
}

#[derive(Clone)]
struct Handler {
    database: DatabaseConnection,
    facts: Arc<AtomicI64>,
}

impl Handler {
    async fn submit(
        &self,
        request: SubmitApplicationRequest,
    ) -> Result<SubmitApplicationResponse, Status> {
        let fingerprint = Sha256::digest(request.encode_to_vec()).to_vec();
        let Some(Form::ElectronicContract(contract)) = request.form else {
            return Err(Status::invalid_argument("no contract"));
        };
        let request_id: Uuid = request
            .request_id
            .parse()
            .map_err(|_fault| Status::invalid_argument("no request id"))?;
        let agreement = ParticipationAgreement::decode(&*contract.agreement)
            .map_err(|_fault| Status::invalid_argument("no agreement"))?;
        let now = SystemClock.now().instant;
        let row = application_row(&request.provider_id, &agreement, &contract, now);
        let answer = answer(&row);
        let request_row = request_memory::Model {
            caller: CALLER.to_owned(),
            method: METHOD.to_owned(),
            request_id,
            fingerprint,
            answer: answer.encode_to_vec(),
            at: now,
        };
        let fact = journal::Model {
            number: self.facts.fetch_add(1, Ordering::Relaxed),
            subject: row.id,
            kind: "stage".to_owned(),
            body: fact(&row),
            at: now,
            caller: CALLER.to_owned(),
            method: METHOD.to_owned(),
            request_id: Some(request_id),
        };
        let content_row = content::Model {
            application_id: row.id,
            agreement: contract.agreement,
            cooperative_signature: contract.cooperative_signature,
            shareholder_signature: Some(contract.shareholder_signature),
        };
        self.store(request_row, row, content_row, fact)
            .await
            .map_err(|_fault| Status::unavailable("not stored"))?;
        Ok(answer)
    }

    async fn store(
        &self,
        request: request_memory::Model,
        application: application::Model,
        content: content::Model,
        fact: journal::Model,
    ) -> Result<(), DbErr> {
        let transaction = begin(&self.database).await?;
        request.into_active_model().insert(&transaction).await?;
        application.into_active_model().insert(&transaction).await?;
        content.into_active_model().insert(&transaction).await?;
        let head = head::Model {
            number: fact.number,
        };
        fact.into_active_model().insert(&transaction).await?;
        head.into_active_model().insert(&transaction).await?;
        transaction.commit().await
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the store of the service is what this is compared with"
)]
async fn begin(database: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    database.begin().await
}

/// What an application is stored as, with the service's columns and about its lengths.
fn application_row(
    provider: &str,
    agreement: &ParticipationAgreement,
    contract: &ElectronicContract,
    now: DateTime<Utc>,
) -> application::Model {
    let id = IDS.next(now);
    let cooperative = agreement.cooperative.clone().unwrap_or_default();
    let object = agreement.construction_object.clone().unwrap_or_default();
    let share = agreement.share.clone().unwrap_or_default();
    let code = id.simple().to_string().to_uppercase();
    application::Model {
        id,
        number: format!("A-{}-{}", now.format("%y%m%d"), &code[20..]),
        version: 1,
        stage: "RECEIVED".to_owned(),
        stage_count: 1,
        procedure: "PARTICIPATION_AGREEMENT".to_owned(),
        form: "ELECTRONIC_CONTRACT".to_owned(),
        provider_id: provider.to_owned(),
        share_key: format!(
            "{}|{}|{}|{}",
            object.cadastral_number, share.block, "APARTMENT", share.number
        ),
        agreement_key: format!(
            "{}|{}|{}",
            cooperative.bin, agreement.agreement_number, agreement.concluded_on
        ),
        cooperative_bin: cooperative.bin,
        filed_by: CALLER.to_owned(),
        agreement_sha256: hex::encode(Sha256::digest(&contract.agreement)),
        document_id: None,
        refused_application_id: None,
        received_at: now,
        registered_at: now,
        due_at: now + TERM,
        calendar_version: code[..12].to_owned(),
        overdue: false,
        filed_late: false,
        officer: None,
        checked_at: None,
        findings: "[]".to_owned(),
        refusal: None,
        decided_at: None,
        entry_id: None,
        handover_reason: None,
        handover_known_at: None,
        handover_due_at: None,
        handed_over_at: None,
    }
}

fn answer(row: &application::Model) -> SubmitApplicationResponse {
    SubmitApplicationResponse {
        application: Some(Application {
            application_id: row.id.to_string(),
            application_number: row.number.clone(),
            etag: format!("\"{}\"", row.version),
            stage: 1,
            procedure: 1,
            form: 2,
            provider_id: row.provider_id.clone(),
            cooperative_bin: row.cooperative_bin.clone(),
            received_at: Some(timestamp(row.received_at)),
            registered_at: Some(timestamp(row.registered_at)),
            due_at: Some(timestamp(row.due_at)),
            calendar_version: row.calendar_version.clone(),
            agreement_sha256: row.agreement_sha256.clone(),
            ..Application::default()
        }),
        replayed: false,
    }
}

/// What the monitoring system is to be told, as the service's facts tell it.
fn fact(row: &application::Model) -> String {
    json!({
        "event_id": IDS.next(row.received_at),
        "application_number": row.number,
        "sequence": 1,
        "service_code": "159/2020",
        "procedure": row.procedure,
        "form": row.form,
        "provider": {
            "bin": row.cooperative_bin,
            "kato": "750000000",
            "name": {
                "kk": "Көктөбе қаласының тұрғын үй және құрылыс бөлімі",
                "ru": "Отдел жилья и строительства города Коктобе",
                "en": "Housing and Construction Department of Koktobe",
            },
        },
        "recipient_bin": row.cooperative_bin,
        "stage": row.stage,
        "label": { "kk": "Өтінім келіп түсті", "ru": "Заявка поступила", "en": "Received" },
        "occurred_at": row.received_at,
        "due_at": null,
        "overdue": false,
        "filed_late": false,
        "official": null,
        "result": null,
        "refusal_grounds": [],
    })
    .to_string()
}

impl UnaryService<SubmitApplicationRequest> for Handler {
    type Response = SubmitApplicationResponse;
    type Future = BoxFuture<'static, Result<Response<SubmitApplicationResponse>, Status>>;

    fn call(&mut self, request: Request<SubmitApplicationRequest>) -> Self::Future {
        let handler = self.clone();
        Box::pin(async move {
            handler
                .submit(request.into_inner())
                .await
                .map(Response::new)
        })
    }
}

/// What `tonic-build` would write, for the one method that there is.
impl tower::Service<http::Request<Body>> for Handler {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Self::Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let handler = self.clone();
        Box::pin(async move {
            let mut grpc = Grpc::new(ProstCodec::default());
            Ok(grpc.unary(handler, request).await)
        })
    }
}

impl NamedService for Handler {
    const NAME: &'static str = "tizilim.registry.v1.ApplicationService";
}
