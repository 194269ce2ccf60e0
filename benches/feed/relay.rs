//! Stands before the stub, hands everything on, and notes when each stage was acknowledged.
//! It never answers by itself.

use std::{net::SocketAddr, time::Instant};

use tizilim::pb::monitoring::v1::{
    ListReceivedStagesRequest, ListReceivedStagesResponse, PushStagesRequest, PushStagesResponse,
    stage_ingest_service_client::StageIngestServiceClient,
    stage_ingest_service_server::{StageIngestService, StageIngestServiceServer},
};
use tokio::{net::TcpListener, sync::mpsc, task::JoinSet};
use tonic::{
    Request, Response, Status,
    transport::{Channel, Server, server::TcpIncoming},
};

/// A running relay; it ends with the value.
pub(crate) struct Relay {
    pub(crate) address: SocketAddr,
    acknowledged: mpsc::UnboundedReceiver<Acknowledged>,
    _serving: JoinSet<()>,
}

/// A stage that the stub has stored.
pub(crate) struct Acknowledged {
    pub(crate) application_number: String,
    pub(crate) at: Instant,
}

struct Between {
    stub: StageIngestServiceClient<Channel>,
    told: mpsc::UnboundedSender<Acknowledged>,
}

impl Relay {
    pub(crate) async fn before(stub: SocketAddr) -> Self {
        let stub = StageIngestServiceClient::connect(format!("http://{stub}")).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (told, acknowledged) = mpsc::unbounded_channel();
        let stub = stub.unwrap();
        let between = StageIngestServiceServer::new(Between { stub, told });
        let incoming = TcpIncoming::from(listener).with_nodelay(Some(true));
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            let server = Server::builder().add_service(between);
            server.serve_with_incoming(incoming).await.unwrap();
        });
        Self {
            address,
            acknowledged,
            _serving: serving,
        }
    }

    /// The next stage that the stub has stored.
    pub(crate) async fn next(&mut self) -> Acknowledged {
        self.acknowledged.recv().await.unwrap()
    }
}

#[tonic::async_trait]
impl StageIngestService for Between {
    async fn push_stages(
        &self,
        request: Request<PushStagesRequest>,
    ) -> Result<Response<PushStagesResponse>, Status> {
        let request = request.into_inner();
        let numbers = request.stages.iter();
        let numbers: Vec<_> = numbers
            .map(|stage| stage.application_number.clone())
            .collect();
        let answer = self.stub.clone().push_stages(request).await?;
        let at = Instant::now();
        for application_number in numbers {
            let one = Acknowledged {
                application_number,
                at,
            };
            self.told.send(one).unwrap();
        }
        Ok(answer)
    }

    async fn list_received_stages(
        &self,
        request: Request<ListReceivedStagesRequest>,
    ) -> Result<Response<ListReceivedStagesResponse>, Status> {
        self.stub.clone().list_received_stages(request).await
    }
}
