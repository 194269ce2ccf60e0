//! Reading cases: one with what was filed and decided in it, and pages of them, in the caller's scope.
//! "Not there" and "not yours" never get different answers (I-8).

use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Select,
    sea_query::{Expr, ExprTrait as _},
};
use tonic::Status;

use super::{
    addressed::visible,
    queues::waits_for_annulment,
    rows::{
        acts_of,
        case::{Column, Entity},
        case_by_id, from_row, responses_of,
    },
    wire,
};
use crate::{
    application::{
        self, Objection, Office, Owner,
        pages::PageKey,
        queries::{after, next_token},
        rows::application_by_id,
    },
    authz::{Action as _, ListCourtCases, Scope},
    kernel::{ApplicationId, CourtCaseId},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, page},
    store::{Stop, StoreFault, during},
};

/// A case with what was filed and decided in it.
pub(crate) async fn case(
    office: &Office,
    scope: &Scope,
    id: CourtCaseId,
) -> Result<pb::CourtCase, Stop<Objection>> {
    let reads = office.store.reads();
    let case = visible(case_by_id(reads, id).await?, scope, office).map_err(Stop::Refused)?;
    let responses = responses_of(reads, id).await?.into_iter();
    let acts = acts_of(reads, id).await?.into_iter();
    let refused_at = case.refused_at;
    Ok(pb::CourtCase {
        responses: responses.map(wire::response).collect(),
        acts: acts.map(|act| wire::act(act, refused_at)).collect(),
        ..wire::case(case)
    })
}

/// In the words of the index; a bound value is no word.
fn is_unanswered() -> Expr {
    Expr::cust("answered_at IS NULL")
}

/// By what an index of a page begins.
enum Of {
    Owner(Owner),
    Application(ApplicationId),
}

/// Which page of the own cases.
pub(super) struct ListQuery {
    application: Option<ApplicationId>,
    filter: pb::ListCourtCasesRequest,
    after: Option<PageKey>,
    size: u32,
}

impl ListQuery {
    pub(super) fn parse(
        office: &Office,
        message: &pb::ListCourtCasesRequest,
    ) -> Result<Self, Status> {
        let mut errors = FieldErrors::new();
        let size = page::size(message.page_size, &mut errors);
        let application = errors.optional(
            "application_id",
            &message.application_id,
            ApplicationId::parse,
        );
        let is_narrowed = message.unanswered_only || message.annulment_waiting_only;
        if is_narrowed && !message.application_id.is_empty() {
            errors.add("application_id", "must be given alone");
        }
        if message.unanswered_only && message.annulment_waiting_only {
            errors.add("annulment_waiting_only", "must be given alone");
        }
        let (Some(size), Some(application), true) = (size, application, errors.is_empty()) else {
            return Err(errors.into_malformed().into());
        };
        let filter = pb::ListCourtCasesRequest {
            page_size: 0,
            page_token: String::new(),
            ..message.clone()
        };
        Ok(Self {
            application,
            after: after(office, ListCourtCases::PATH, &filter, &message.page_token)?,
            filter,
            size,
        })
    }

    /// The page, and the token of the next one.
    pub(super) async fn page(
        &self,
        office: &Office,
        scope: &Scope,
    ) -> Result<(Vec<pb::CourtCase>, String), Stop<Objection>> {
        let operation = "read a page of court cases";
        let mut rows = Vec::new();
        for of in self.branches(office, scope).await? {
            let query = self.branch(&of);
            let reading = async {
                let read = query.all(office.store.reads()).await;
                read.map_err(during(operation))
            };
            rows.extend(office.store.in_time(operation, reading).await?);
        }
        rows.sort_unstable_by_key(|row| (row.recorded_at, row.id));
        rows.reverse();
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let has_more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| has_more);
        let next = next.map(|row| (row.recorded_at, row.id));
        let token = next_token(office, ListCourtCases::PATH, &self.filter, next)?;
        let cases = rows
            .into_iter()
            .map(|row| from_row(row).map(wire::case))
            .collect::<Result<_, StoreFault>>()?;
        Ok((cases, token))
    }

    /// The caller's own: all, or those about an application that it sees.
    async fn branches(&self, office: &Office, scope: &Scope) -> Result<Vec<Of>, Stop<Objection>> {
        let Some(id) = self.application else {
            let owners = office.owners(scope).into_iter();
            return Ok(owners.map(Of::Owner).collect());
        };
        let loaded = application_by_id(office.store.reads(), id).await?;
        application::addressed::visible(loaded, scope, office).map_err(Stop::Refused)?;
        Ok(vec![Of::Application(id)])
    }

    /// What one owner, or the application, can give a page, in the order of its index.
    fn branch(&self, of: &Of) -> Select<Entity> {
        let own = match of {
            Of::Owner(Owner::Cooperative(bin)) => Column::CooperativeBin.eq(bin.as_str()),
            Of::Owner(Owner::Provider(id)) => Column::ProviderId.eq(id.as_str()),
            Of::Application(id) => Column::ApplicationId.eq(id.get()),
        };
        let here = || Expr::tuple([Expr::col(Column::RecordedAt), Expr::col(Column::Id)]);
        let beyond = self
            .after
            .map(|(at, id)| here().lt(Expr::tuple([Expr::value(at), Expr::value(id)])));
        let narrowed = Condition::all()
            .add_option(self.filter.unanswered_only.then(is_unanswered))
            .add_option(self.filter.annulment_waiting_only.then(waits_for_annulment));
        Entity::find()
            .filter(own)
            .filter(narrowed.add_option(beyond))
            .order_by_desc(Column::RecordedAt)
            .order_by_desc(Column::Id)
            .limit(u64::from(self.size).saturating_add(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::test_support::{require_index, temporary};

    #[tokio::test]
    async fn a_page_is_read_in_the_order_of_its_index() {
        let temporary = temporary().await;
        let now = temporary.store.clock().now().instant;
        let cooperative = Of::Owner(Owner::Cooperative("600740000012".to_owned()));
        let provider = Of::Owner(Owner::Provider("koktobe".to_owned()));
        let application = Of::Application(uuid::Uuid::nil().into());
        let all = pb::ListCourtCasesRequest::default();
        let unanswered = pb::ListCourtCasesRequest {
            unanswered_only: true,
            ..all.clone()
        };
        let to_annul = pb::ListCourtCasesRequest {
            annulment_waiting_only: true,
            ..all.clone()
        };
        for (of, filter, index) in [
            (&cooperative, &all, "ix_court_case_cooperative "),
            (
                &cooperative,
                &unanswered,
                "ix_court_case_cooperative_unanswered ",
            ),
            (
                &cooperative,
                &to_annul,
                "ix_court_case_cooperative_to_annul ",
            ),
            (&provider, &all, "ix_court_case_provider "),
            (&provider, &unanswered, "ix_court_case_provider_unanswered "),
            (&provider, &to_annul, "ix_court_case_provider_to_annul "),
            (&application, &all, "ix_court_case_application "),
        ] {
            for after in [None, Some((now, uuid::Uuid::nil()))] {
                let query = ListQuery {
                    application: None,
                    filter: filter.clone(),
                    after,
                    size: 50,
                };
                require_index(&temporary.store, &query.branch(of), index).await;
            }
        }
    }
}
