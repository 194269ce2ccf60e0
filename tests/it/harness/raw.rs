//! The generated clients, each call with a token or without. They never check what they send.

use tizilim::{
    config::Secret,
    pb::registry::v1::{
        application_service_client::ApplicationServiceClient,
        calendar_service_client::CalendarServiceClient,
        case_file_service_client::CaseFileServiceClient,
        complaint_service_client::ComplaintServiceClient,
        correction_service_client::CorrectionServiceClient,
        court_service_client::CourtServiceClient, export_service_client::ExportServiceClient,
        import_service_client::ImportServiceClient, notice_service_client::NoticeServiceClient,
        operations_service_client::OperationsServiceClient,
        provider_service_client::ProviderServiceClient,
        reconciliation_service_client::ReconciliationServiceClient,
        register_service_client::RegisterServiceClient, review_service_client::ReviewServiceClient,
        rule_set_service_client::RuleSetServiceClient,
        service_info_service_client::ServiceInfoServiceClient,
        stage_feed_service_client::StageFeedServiceClient,
        statistics_service_client::StatisticsServiceClient,
    },
};
use tonic::{
    Request, Status,
    service::{Interceptor, interceptor::InterceptedService},
    transport::Channel,
};

/// Clients of one caller.
#[derive(Clone)]
pub(crate) struct Raw {
    channel: Channel,
    bearer: Bearer,
}

/// Puts the token, and the languages that are read, into each call.
#[derive(Clone)]
pub(crate) struct Bearer {
    token: Option<String>,
    languages: Option<&'static str>,
}

pub(crate) type Wire = InterceptedService<Channel, Bearer>;

impl Raw {
    pub(crate) fn new(channel: Channel, token: Option<&Secret<String>>) -> Self {
        let bearer = Bearer {
            token: token.map(|token| format!("Bearer {}", token.expose())),
            languages: None,
        };
        Self { channel, bearer }
    }

    /// The same caller, who asks for languages as browsers do.
    pub(crate) fn reading(mut self, languages: &'static str) -> Self {
        self.bearer.languages = Some(languages);
        self
    }

    fn wire(&self) -> Wire {
        InterceptedService::new(self.channel.clone(), self.bearer.clone())
    }

    /// The channel and the headers, for calls that no generated client makes.
    pub(crate) fn parts(&self) -> (Channel, Bearer) {
        (self.channel.clone(), self.bearer.clone())
    }

    pub(crate) fn applications(&self) -> ApplicationServiceClient<Wire> {
        ApplicationServiceClient::new(self.wire())
    }

    pub(crate) fn review(&self) -> ReviewServiceClient<Wire> {
        ReviewServiceClient::new(self.wire())
    }

    pub(crate) fn register(&self) -> RegisterServiceClient<Wire> {
        RegisterServiceClient::new(self.wire())
    }

    pub(crate) fn reconciliation(&self) -> ReconciliationServiceClient<Wire> {
        ReconciliationServiceClient::new(self.wire())
    }

    pub(crate) fn operations(&self) -> OperationsServiceClient<Wire> {
        OperationsServiceClient::new(self.wire())
    }

    pub(crate) fn feed(&self) -> StageFeedServiceClient<Wire> {
        StageFeedServiceClient::new(self.wire())
    }

    pub(crate) fn info(&self) -> ServiceInfoServiceClient<Wire> {
        ServiceInfoServiceClient::new(self.wire())
    }

    pub(crate) fn providers(&self) -> ProviderServiceClient<Wire> {
        ProviderServiceClient::new(self.wire())
    }

    pub(crate) fn statistics(&self) -> StatisticsServiceClient<Wire> {
        StatisticsServiceClient::new(self.wire())
    }

    pub(crate) fn exports(&self) -> ExportServiceClient<Wire> {
        ExportServiceClient::new(self.wire())
    }

    pub(crate) fn imports(&self) -> ImportServiceClient<Wire> {
        ImportServiceClient::new(self.wire())
    }

    pub(crate) fn complaints(&self) -> ComplaintServiceClient<Wire> {
        ComplaintServiceClient::new(self.wire())
    }

    pub(crate) fn corrections(&self) -> CorrectionServiceClient<Wire> {
        CorrectionServiceClient::new(self.wire())
    }

    pub(crate) fn courts(&self) -> CourtServiceClient<Wire> {
        CourtServiceClient::new(self.wire())
    }

    pub(crate) fn notices(&self) -> NoticeServiceClient<Wire> {
        NoticeServiceClient::new(self.wire())
    }

    pub(crate) fn rule_sets(&self) -> RuleSetServiceClient<Wire> {
        RuleSetServiceClient::new(self.wire())
    }

    pub(crate) fn case_files(&self) -> CaseFileServiceClient<Wire> {
        CaseFileServiceClient::new(self.wire())
    }

    pub(crate) fn calendar(&self) -> CalendarServiceClient<Wire> {
        CalendarServiceClient::new(self.wire())
    }
}

impl Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        if let Some(token) = &self.token {
            let value = token.parse().unwrap();
            request.metadata_mut().insert("authorization", value);
        }
        if let Some(languages) = self.languages {
            let value = languages.parse().unwrap();
            request.metadata_mut().insert("accept-language", value);
        }
        Ok(request)
    }
}
