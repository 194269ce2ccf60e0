//! `ServiceInfoService`: what anyone may know of the state service.
//! It never asks who calls, nor the database.

use std::sync::Arc;

use tonic::{Request, Response, Status};

use super::{
    phrases,
    requirements::{Requirement, requirements},
};
use crate::{
    administration::provider_on_the_wire,
    application::{Objection, Office, RuleSet, checks},
    kernel::{Kato, parse_date},
    pb::registry::v1::{
        self as pb, list_checks_request::Rules, service_info_service_server::ServiceInfoService,
    },
    provider::{Provider, Providers},
    rpc::{FieldErrors, Reason, localized, status},
};

/// Answers for the providers and the service.
#[derive(Clone, Debug)]
pub struct ServiceInfoEndpoint {
    office: Arc<Office>,
}

impl ServiceInfoEndpoint {
    /// Answers with what an office knows of them.
    pub fn new(office: &Arc<Office>) -> Self {
        let office = Arc::clone(office);
        Self { office }
    }

    fn providers(&self) -> Arc<Providers> {
        self.office.providers()
    }
}

#[tonic::async_trait]
impl ServiceInfoService for ServiceInfoEndpoint {
    async fn list_providers(
        &self,
        _request: Request<pb::ListProvidersRequest>,
    ) -> Result<Response<pb::ListProvidersResponse>, Status> {
        let providers = self.providers();
        let providers = providers.all().map(provider_on_the_wire).collect();
        Ok(Response::new(pb::ListProvidersResponse { providers }))
    }

    async fn find_provider(
        &self,
        request: Request<pb::FindProviderRequest>,
    ) -> Result<Response<pb::FindProviderResponse>, Status> {
        let mut errors = FieldErrors::new();
        let place = errors.required("kato", &request.get_ref().kato, Kato::parse);
        let Some(place) = place else {
            return Err(errors.into_malformed().into());
        };
        let providers = self.providers();
        let competent = providers.competent(&place).into_iter();
        let providers = competent.map(provider_on_the_wire).collect();
        Ok(Response::new(pb::FindProviderResponse { providers }))
    }

    async fn get_service_requirements(
        &self,
        request: Request<pb::GetServiceRequirementsRequest>,
    ) -> Result<Response<pb::GetServiceRequirementsResponse>, Status> {
        let id = &request.get_ref().provider_id;
        let providers = self.providers();
        let is_asked = |provider: &&Provider| id.is_empty() || provider.id == *id;
        let asked: Vec<_> = providers.all().filter(is_asked).collect();
        if asked.is_empty() && !id.is_empty() {
            let unknown = "there is no such provider";
            return Err(Reason::new(pb::ErrorReason::ProviderUnknown, unknown).into());
        }
        let numbered = (1..).zip(requirements(&asked));
        Ok(Response::new(pb::GetServiceRequirementsResponse {
            service_name: Some(localized(phrases::service_name())),
            requirements: numbered.map(to_wire).collect(),
        }))
    }

    async fn list_checks(
        &self,
        request: Request<pb::ListChecksRequest>,
    ) -> Result<Response<pb::ListChecksResponse>, Status> {
        let rules = rules(&self.office, request.into_inner().rules)?;
        Ok(Response::new(checks::wire::checks(&rules)))
    }
}

/// By which rules to tell what is checked.
fn rules(office: &Office, asked: Option<Rules>) -> Result<Arc<RuleSet>, Status> {
    let rules = match asked {
        None => office.rules.on(office.now().today),
        Some(Rules::On(on)) => {
            let mut errors = FieldErrors::new();
            let on = errors.required("on", &on, parse_date);
            office.rules.on(on.ok_or_else(|| errors.into_malformed())?)
        }
        Some(Rules::Version(version)) => {
            let found = office.rules.named(&version);
            let found = found.map_err(|fault| status::from_store(&fault))?;
            return found.ok_or_else(|| status::refused(&Objection::RuleSetUnknown));
        }
    };
    rules.map_err(|fault| status::from_store(&fault))
}

fn to_wire((number, requirement): (i32, Requirement)) -> pb::ServiceRequirement {
    let entries = requirement.entries.into_iter();
    let entries = entries.map(|entry| pb::RequirementEntry {
        code: entry.code,
        text: Some(localized(entry.text)),
        working_days: i32::try_from(entry.working_days).unwrap_or(i32::MAX),
    });
    pb::ServiceRequirement {
        number,
        title: Some(localized(requirement.title)),
        entries: entries.collect(),
    }
}
