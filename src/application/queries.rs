//! Reading applications: one, a page, the stages of one.
//! A query never leaves the caller's scope, and a page never costs more the further it lies.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, Order};
use tonic::Status;

pub(crate) use crate::kernel::ApplicationId;

use super::{
    Office,
    addressed::visible,
    case::Case,
    content::filed_message,
    model::Application,
    objection::Objection,
    pages::{Page, PageKey, branches_of},
    rows::{self, application::Column},
    stage::{Stage, StageCode},
    standing::standing_by,
    whole::Whole,
    wire,
};
use crate::{
    authz::{Action as _, ListApplications, Scope},
    court::{
        self,
        restraint::{Restrained, restraints_of_entry, restraints_on_share},
    },
    delivery::Told,
    journal::{self, StageFact},
    kernel::Bin,
    pb::registry::v1::{self as pb, application::Change as PbChange, electronic_copy::Content},
    rpc::{FieldErrors, instant, localized, page, timestamp},
    store::{Stop, StoreFault},
};

/// An application with its agreement.
pub(crate) async fn full_application(
    office: &Office,
    scope: &Scope,
    id: ApplicationId,
) -> Result<pb::Application, Stop<Objection>> {
    let Some(Whole {
        application,
        agreement,
        has_court_acts,
    }) = office.applications.find(id).await?
    else {
        return Err(Stop::Refused(Objection::NotVisible));
    };
    let application = visible(Some(application), scope, office).map_err(Stop::Refused)?;
    let (agreement, change) = match filed_message(application.procedure, &agreement)? {
        Content::Agreement(agreement) => (Some(agreement), None),
        change @ (Content::Amendment(_) | Content::Assignment(_) | Content::Deregistration(_)) => {
            (resulting(office, &application).await?, as_change(change))
        }
    };
    let court_restraints = if has_court_acts {
        court::wire::restraints(restraints_on(office, scope, &application).await?)
    } else {
        Vec::new()
    };
    Ok(pb::Application {
        agreement,
        change,
        court_restraints,
        ..wire::application(application)
    })
}

/// What courts say of the entry that the application made or changes, or of the caller's own entry on the
/// share that it asks for.
async fn restraints_on(
    office: &Office,
    scope: &Scope,
    application: &Application,
) -> Result<Vec<Restrained>, StoreFault> {
    let reads = office.store.reads();
    let mut restraints = match application.entry {
        Some(entry) => restraints_of_entry(reads, entry, None).await?,
        None => restraints_on_share(reads, &application.share_key).await?,
    };
    restraints.retain(|one| {
        let cooperative = Bin::parse(&one.cooperative_bin);
        cooperative.is_ok_and(|cooperative| office.shows(scope, &cooperative, &one.provider_id))
    });
    Ok(restraints)
}

fn as_change(content: Content) -> Option<PbChange> {
    match content {
        Content::Agreement(_) => None,
        Content::Amendment(amendment) => Some(PbChange::Amendment(amendment)),
        Content::Assignment(assignment) => Some(PbChange::Assignment(assignment)),
        Content::Deregistration(removal) => Some(PbChange::Deregistration(removal)),
    }
}

/// How the agreement stands with a change: as it would now, or as it did when the change was granted.
async fn resulting(
    office: &Office,
    application: &Application,
) -> Result<Option<pb::ParticipationAgreement>, StoreFault> {
    let reads = office.store.reads();
    if application.is_undecided() {
        let case = Case::load(reads, application).await?;
        return Ok(Some(case.outcome.agreement.to_wire()));
    }
    match (application.stage, application.entry) {
        (Stage::Refused | Stage::Withdrawn, _) | (_, None) => Ok(None),
        (_, Some(entry)) => {
            let standing = standing_by(reads, entry, application.id).await?;
            Ok(Some(standing.agreement.to_wire()))
        }
    }
}

/// The stages that an application reached, with what the monitoring system has acknowledged.
pub(crate) async fn stages(
    office: &Office,
    scope: &Scope,
    id: ApplicationId,
) -> Result<Vec<pb::ApplicationStageRecord>, Stop<Objection>> {
    let loaded = rows::application_by_id(office.store.reads(), id).await?;
    visible(loaded, scope, office).map_err(Stop::Refused)?;
    let records = stage_records(office, id).await?.into_iter();
    Ok(records.map(|(_, record)| record).collect())
}

/// The same, each with its number in the journal; whose it is was asked before.
pub(crate) async fn stage_records(
    office: &Office,
    id: ApplicationId,
) -> Result<Vec<(i64, pb::ApplicationStageRecord)>, StoreFault> {
    let reads = office.store.reads();
    let told = Told::load(reads, id.get()).await?;
    let rows = journal::stage_rows_of(reads, id.get()).await?;
    let record = |row: journal::JournalRow| {
        let fact = StageFact::from_body(&row.body)?;
        Ok((row.number, stage_record(&fact, told.has(row.number))?))
    };
    rows.into_iter().map(record).collect()
}

fn stage_record(
    fact: &StageFact,
    is_delivered: bool,
) -> Result<pb::ApplicationStageRecord, StoreFault> {
    let code = StageCode::from_code(&fact.stage)
        .ok_or_else(|| StoreFault::corrupt("stage fact", "has an unknown stage"))?;
    let (complaint_number, complaint_outcome) = match fact.complaint.clone() {
        Some(complaint) => (complaint.number, complaint.outcome.unwrap_or_default()),
        None => Default::default(),
    };
    let delivery = if is_delivered {
        pb::StageDelivery::Delivered
    } else {
        pb::StageDelivery::Pending
    };
    Ok(pb::ApplicationStageRecord {
        event_id: fact.event_id.to_string(),
        sequence: fact.sequence,
        stage: wire::stage_code(code).into(),
        label: Some(localized(fact.label.clone())),
        occurred_at: Some(timestamp(fact.occurred_at)),
        due_at: fact.due_at.map(timestamp),
        delivery: delivery.into(),
        complaint_number,
        complaint_outcome,
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
        let page = Page {
            branches: self.branches(office),
            moment: Column::ReceivedAt,
            key: |row| (row.received_at, row.id),
            order: Order::Desc,
            after: self.after,
            size: self.size,
        };
        let (applications, next) = page.read(office).await?;
        let token = next_token(office, ListApplications::PATH, &self.filter, next)?;
        Ok((applications, token))
    }

    /// One for each owner, or for each owner and stage: an index begins with either.
    fn branches(&self, office: &Office) -> Vec<Condition> {
        let received = Condition::all()
            .add_option(self.from.map(|from| Column::ReceivedAt.gte(from)))
            .add_option(self.to.map(|to| Column::ReceivedAt.lt(to)));
        let owners = branches_of(&self.scope, office).into_iter();
        let owners = owners.map(|owner| owner.add(received.clone()));
        if self.stages.is_empty() {
            return owners.collect();
        }
        let of_stages = |owner: Condition| {
            let stages = self.stages.iter();
            stages.map(move |stage| owner.clone().add(Column::Stage.eq(*stage)))
        };
        owners.flat_map(of_stages).collect()
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

pub(crate) fn moment(
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
