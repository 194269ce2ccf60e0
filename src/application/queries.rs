//! Reading applications: one, a page, the stages of one.
//! A query never leaves the caller's scope, and a page never costs more the further it lies.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait},
};
use tonic::Status;
use uuid::Uuid;

pub(crate) use crate::kernel::ApplicationId;

use super::{
    Office,
    addressed::visible,
    content::agreement_message,
    objection::Objection,
    rows::{
        self,
        application::{Column, Entity},
    },
    stage::{Stage, StageCode},
    wire,
};
use crate::{
    authz::{Action as _, ListApplications, Scope},
    journal::{self, StageFact},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed, instant, page, timestamp},
    store::{Stop, StoreFault, during},
};

/// Reads the one field of a request that only names an application.
pub(crate) fn application_id(text: &str) -> Result<ApplicationId, Malformed> {
    let mut errors = FieldErrors::new();
    match errors.required("application_id", text, ApplicationId::parse) {
        Some(id) => Ok(id),
        None => Err(errors.into_malformed()),
    }
}

/// An application with its agreement.
pub(crate) async fn full_application(
    office: &Office,
    scope: &Scope,
    id: ApplicationId,
) -> Result<pb::Application, Stop<Objection>> {
    let found = office.applications.find(id).await?;
    let (loaded, content) = found.unzip();
    let application = visible(loaded, scope, office).map_err(Stop::Refused)?;
    let content = content.ok_or(Stop::Refused(Objection::NotVisible))?;
    Ok(pb::Application {
        agreement: Some(agreement_message(&content)?),
        ..wire::application(&application)
    })
}

/// The stages that an application reached, with what the monitoring system has acknowledged.
pub(crate) async fn stages(
    office: &Office,
    scope: &Scope,
    id: ApplicationId,
) -> Result<Vec<pb::ApplicationStageRecord>, Stop<Objection>> {
    let reads = office.store.reads();
    let loaded = rows::application_by_id(reads, id).await?;
    visible(loaded, scope, office).map_err(Stop::Refused)?;
    let delivered = crate::delivery::monitoring_cursor(reads).await?;
    let rows = journal::stage_rows_of(reads, id.get()).await?;
    let record = |row: journal::JournalRow| {
        let fact = StageFact::from_body(&row.body)?;
        stage_record(&fact, row.number <= delivered)
    };
    Ok(rows
        .into_iter()
        .map(record)
        .collect::<Result<_, StoreFault>>()?)
}

fn stage_record(
    fact: &StageFact,
    is_delivered: bool,
) -> Result<pb::ApplicationStageRecord, StoreFault> {
    let code = StageCode::from_code(&fact.stage)
        .ok_or_else(|| StoreFault::corrupt("stage fact", "has an unknown stage"))?;
    let delivery = if is_delivered {
        pb::StageDelivery::Delivered
    } else {
        pb::StageDelivery::Pending
    };
    Ok(pb::ApplicationStageRecord {
        event_id: fact.event_id.to_string(),
        sequence: fact.sequence,
        stage: wire::stage_code(code).into(),
        label: Some(wire::localized(&fact.label)),
        occurred_at: Some(timestamp(fact.occurred_at)),
        due_at: fact.due_at.map(timestamp),
        delivery: delivery.into(),
    })
}

/// Which page of the own applications, the latest first.
pub(crate) struct ListQuery {
    scope: Scope,
    size: u32,
    after: Option<PageKey>,
    stages: BTreeSet<&'static str>,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    filter: pb::ListApplicationsRequest,
}

impl ListQuery {
    pub(crate) fn parse(
        office: &Office,
        scope: Scope,
        message: &pb::ListApplicationsRequest,
    ) -> Result<Self, Status> {
        let mut errors = FieldErrors::new();
        let size = page::size(message.page_size, &mut errors);
        let stages = stages_of(&message.stages, &mut errors);
        let from = moment("received_from_at", message.received_from_at, &mut errors);
        let to = moment("received_to_at", message.received_to_at, &mut errors);
        let (Some(size), true) = (size, errors.is_empty()) else {
            return Err(errors.into_malformed().into());
        };
        let filter = filter_of(message);
        let after = after(office, ListApplications::PATH, &filter, &message.page_token)?;
        Ok(Self {
            scope,
            size,
            after,
            stages,
            from,
            to,
            filter,
        })
    }

    pub(crate) async fn page(
        &self,
        office: &Office,
    ) -> Result<(Vec<pb::Application>, String), StoreFault> {
        let mut query = Entity::find().filter(in_scope(&self.scope, office));
        if !self.stages.is_empty() {
            query = query.filter(Column::Stage.is_in(self.stages.iter().copied()));
        }
        if let Some(from) = self.from {
            query = query.filter(Column::ReceivedAt.gte(from));
        }
        if let Some(to) = self.to {
            query = query.filter(Column::ReceivedAt.lt(to));
        }
        if let Some((at, id)) = self.after {
            query = query.filter(
                Expr::tuple([Expr::col(Column::ReceivedAt), Expr::col(Column::Id)])
                    .lt(Expr::tuple([Expr::value(at), Expr::value(id)])),
            );
        }
        let query = query
            .order_by_desc(Column::ReceivedAt)
            .order_by_desc(Column::Id);
        let (page, next) =
            page_of(office, query, self.size, |row| (row.received_at, row.id)).await?;
        Ok((
            page,
            next_token(office, ListApplications::PATH, &self.filter, next)?,
        ))
    }
}

/// Reads a page and one row more, which tells whether there is a next page.
pub(crate) async fn page_of(
    office: &Office,
    query: Select<Entity>,
    size: u32,
    key: impl Fn(&rows::application::Model) -> PageKey,
) -> Result<(Vec<pb::Application>, Option<PageKey>), StoreFault> {
    let mut rows = query
        .limit(u64::from(size).saturating_add(1))
        .all(office.store.reads())
        .await
        .map_err(during("read a page of applications"))?;
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let has_more = rows.len() > size;
    rows.truncate(size);
    let next = rows.last().filter(|_| has_more).map(key);
    let page = rows
        .into_iter()
        .map(|row| rows::from_row(row).map(|application| wire::summary(&application)))
        .collect::<Result<_, _>>()?;
    Ok((page, next))
}

/// The caller's own applications, as a condition of the query (I-8).
pub(crate) fn in_scope(scope: &Scope, office: &Office) -> Condition {
    match scope {
        Scope::Everything => Condition::all(),
        Scope::Cooperative(bin) => Condition::all().add(Column::CooperativeBin.eq(bin.to_string())),
        Scope::Provider(bin) => {
            let ids = office
                .providers
                .by_bin(bin)
                .map(|provider| provider.id.clone());
            Condition::all().add(Column::ProviderId.is_in(ids))
        }
    }
}

/// A set: a filter of a million stages has ten at most.
fn stages_of(stages: &[i32], errors: &mut FieldErrors) -> BTreeSet<&'static str> {
    let mut codes = BTreeSet::new();
    for (index, stage) in stages.iter().enumerate() {
        let known = pb::ApplicationStage::try_from(*stage)
            .ok()
            .and_then(|stage| stage.as_str_name().strip_prefix("APPLICATION_STAGE_"))
            .and_then(Stage::from_code);
        match known {
            Some(stage) => {
                codes.insert(stage.code());
            }
            None => errors.item("stages", index, |errors| {
                errors.add("", "must be a stage that an application can stand at");
            }),
        }
    }
    codes
}

fn moment(
    path: &str,
    timestamp: Option<prost_types::Timestamp>,
    errors: &mut FieldErrors,
) -> Option<DateTime<Utc>> {
    timestamp.and_then(|timestamp| errors.read(path, instant(timestamp)))
}

/// What a page token is bound to: the same filter.
fn filter_of(message: &pb::ListApplicationsRequest) -> pb::ListApplicationsRequest {
    pb::ListApplicationsRequest {
        page_size: 0,
        page_token: String::new(),
        ..message.clone()
    }
}

/// After which moment and id a page begins.
pub(crate) type PageKey = (DateTime<Utc>, Uuid);

/// Opens a page token; an empty one is the first page.
pub(crate) fn after(
    office: &Office,
    method: &'static str,
    filter: &impl prost::Message,
    token: &str,
) -> Result<Option<PageKey>, Status> {
    if token.is_empty() {
        return Ok(None);
    }
    Ok(Some(office.page_tokens.open(method, filter, token)?))
}

/// Seals the token of the next page; empty if there is none.
pub(crate) fn next_token(
    office: &Office,
    method: &'static str,
    filter: &impl prost::Message,
    next: Option<PageKey>,
) -> Result<String, StoreFault> {
    next.map(|key| office.page_tokens.seal(method, filter, &key))
        .transpose()
        .map(Option::unwrap_or_default)
        .map_err(|error| StoreFault::json("page key", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_that_is_asked_for_often_is_one_stage() {
        let mut errors = FieldErrors::new();
        let asked: Vec<i32> = (0..100_000)
            .map(|index| {
                if index % 2 == 0 {
                    pb::ApplicationStage::Granted.into()
                } else {
                    pb::ApplicationStage::Refused.into()
                }
            })
            .collect();
        let codes: Vec<_> = stages_of(&asked, &mut errors).into_iter().collect();
        assert_eq!(codes, ["GRANTED", "REFUSED"]);
        assert!(errors.is_empty());
        let mark: i32 = pb::ApplicationStage::Overdue.into();
        assert!(stages_of(&[mark, 0, 99], &mut errors).is_empty());
        assert_eq!(errors.into_malformed().violations().len(), 3);
    }
}
