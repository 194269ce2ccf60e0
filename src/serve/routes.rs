//! Which services answer: a line for each.
//! It never says who may call: that is the policy's.

use std::{collections::BTreeSet, sync::Arc};

use tonic::service::{Routes, RoutesBuilder};
use tonic_health::server::HealthReporter;

use super::{Parts, ServeFault, office::notice_policy};
use crate::{
    administration::{CalendarEndpoint, ProviderEndpoint, RuleSetEndpoint},
    application::ApplicationEndpoint,
    authz,
    case_file::CaseFileEndpoint,
    complaint::ComplaintEndpoint,
    correction::CorrectionEndpoint,
    court::CourtEndpoint,
    feed::StageFeedEndpoint,
    notice::NoticeEndpoint,
    operations::{OperationsEndpoint, OperationsParts},
    passport::ServiceInfoEndpoint,
    pb::{
        CONTRACT,
        registry::v1::{
            application_service_server::ApplicationServiceServer,
            calendar_service_server::CalendarServiceServer,
            case_file_service_server::CaseFileServiceServer,
            complaint_service_server::ComplaintServiceServer,
            correction_service_server::CorrectionServiceServer,
            court_service_server::CourtServiceServer, export_service_server::ExportServiceServer,
            import_service_server::ImportServiceServer, notice_service_server::NoticeServiceServer,
            operations_service_server::OperationsServiceServer,
            provider_service_server::ProviderServiceServer,
            reconciliation_service_server::ReconciliationServiceServer,
            register_service_server::RegisterServiceServer,
            review_service_server::ReviewServiceServer,
            rule_set_service_server::RuleSetServiceServer,
            service_info_service_server::ServiceInfoServiceServer,
            stage_feed_service_server::StageFeedServiceServer,
            statistics_service_server::StatisticsServiceServer,
        },
    },
    reconciliation::ReconciliationEndpoint,
    register::RegisterEndpoint,
    review::ReviewEndpoint,
    statistics::StatisticsEndpoint,
    transfer::{ExportEndpoint, ImportEndpoint},
};

/// The largest message that any method takes; documents come in pieces.
const REQUEST_BYTES_MAX: usize = 1024 * 1024;

/// What clients take by default.
const RESPONSE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// A server with our limits. Answers are not compressed: secrets and a caller's text in one
/// compressed body tell on each other.
macro_rules! bounded {
    ($server:ident, $endpoint:expr) => {
        $server::new($endpoint)
            .max_decoding_message_size(REQUEST_BYTES_MAX)
            .max_encoding_message_size(RESPONSE_BYTES_MAX)
            .accept_compressed(tonic::codec::CompressionEncoding::Gzip)
    };
}

/// All services, with health and reflection.
pub(super) fn routes(
    parts: &Parts,
    operations: OperationsParts,
) -> Result<(Routes, HealthReporter), ServeFault> {
    let (reporter, health) = tonic_health::server::health_reporter();
    let mut routes = RoutesBuilder::default();
    routes
        .add_service(health)
        .add_service(reflection().build_v1()?)
        .add_service(reflection().build_v1alpha()?);
    add_services(&mut routes, parts, operations);
    Ok((routes.routes().prepare(), reporter))
}

/// The services of the register.
fn add_services(routes: &mut RoutesBuilder, parts: &Parts, operations: OperationsParts) {
    let office = || Arc::clone(&operations.office);
    let calendar = CalendarEndpoint::new(office());
    let provider = ProviderEndpoint::new(office());
    let rules = RuleSetEndpoint::new(office(), parts.stopping.clone());
    let info = ServiceInfoEndpoint::new(&operations.office);
    let application = ApplicationEndpoint::new(office());
    let review = ReviewEndpoint::new(office());
    let register = RegisterEndpoint::new(office());
    let statistics = StatisticsEndpoint::new(office());
    let complaint = ComplaintEndpoint::new(office());
    let correction = CorrectionEndpoint::new(office());
    let case_file = CaseFileEndpoint::new(office());
    let reconciliation = ReconciliationEndpoint::new(office(), operations.sinks.clone());
    let notice = NoticeEndpoint::new(office(), notice_policy(parts));
    let feed = StageFeedEndpoint::new(
        parts.store.clone(),
        operations.feed.clone(),
        Arc::clone(&parts.page_tokens),
        parts.stopping.clone(),
    );
    routes
        .add_service(bounded!(ApplicationServiceServer, application))
        .add_service(bounded!(ReviewServiceServer, review))
        .add_service(bounded!(RegisterServiceServer, register))
        .add_service(bounded!(CorrectionServiceServer, correction))
        .add_service(bounded!(CaseFileServiceServer, case_file))
        .add_service(bounded!(ComplaintServiceServer, complaint))
        .add_service(bounded!(CourtServiceServer, CourtEndpoint::new(office())))
        .add_service(bounded!(NoticeServiceServer, notice))
        .add_service(bounded!(CalendarServiceServer, calendar))
        .add_service(bounded!(ProviderServiceServer, provider))
        .add_service(bounded!(RuleSetServiceServer, rules))
        .add_service(bounded!(ServiceInfoServiceServer, info))
        .add_service(bounded!(StatisticsServiceServer, statistics))
        .add_service(bounded!(ExportServiceServer, ExportEndpoint::new(office())))
        .add_service(bounded!(ImportServiceServer, ImportEndpoint::new(office())))
        .add_service(bounded!(StageFeedServiceServer, feed))
        .add_service(bounded!(ReconciliationServiceServer, reconciliation))
        .add_service(bounded!(
            OperationsServiceServer,
            OperationsEndpoint::new(operations)
        ));
}

/// The names of all services that the policy knows, as health and reflection name them.
pub(super) fn service_names() -> BTreeSet<&'static str> {
    authz::rows()
        .filter_map(|row| row.path.strip_prefix('/')?.split_once('/'))
        .map(|(service, _)| service)
        .collect()
}

fn reflection() -> tonic_reflection::server::Builder<'static> {
    let builder = tonic_reflection::server::Builder::configure()
        .register_encoded_file_descriptor_set(CONTRACT)
        .register_encoded_file_descriptor_set(tonic_health::pb::FILE_DESCRIPTOR_SET)
        // So that tools can show the details of errors.
        .register_encoded_file_descriptor_set(tonic_types::pb::FILE_DESCRIPTOR_SET);
    service_names().into_iter().fold(
        builder,
        tonic_reflection::server::Builder::with_service_name,
    )
}
