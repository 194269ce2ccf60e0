//! Reading changes of the Rules and notices: one, and pages of them, in the caller's scope.
//! "Not there" and "not yours" never get different answers (I-8).

use std::collections::BTreeMap;

use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Select,
    sea_query::{Expr, ExprTrait as _},
};
use tonic::Status;

use super::{
    change::rows::{change_by_id, change_from_row, changes_by_ids, rules_change},
    model::{Addressee, Notice, RulesChange},
    policy::NoticePolicy,
    rows::{attempts_of, notice, notice_by_id, notice_from_row},
    wire,
};
use crate::{
    application::{
        Objection, Office,
        addressed::AddressId,
        pages::PageKey,
        queries::{after, next_token},
    },
    authz::{Action as _, ListNotices, ListRulesChanges, Scope},
    kernel::{NoticeId, Problem, RulesChangeId},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, page},
    store::{Stop, StoreFault, during, waiting::WaitingPage},
};

/// Reads the id of a change.
pub(super) fn change_id(text: &str, errors: &mut FieldErrors) -> Option<RulesChangeId> {
    errors.required("rules_change_id", text, RulesChangeId::parse)
}

impl AddressId for RulesChangeId {
    const FIELD: &'static str = "rules_change_id";

    fn read(text: &str) -> Result<Self, Problem> {
        Self::parse(text)
    }
}

impl AddressId for NoticeId {
    const FIELD: &'static str = "notice_id";

    fn read(text: &str) -> Result<Self, Problem> {
        Self::parse(text)
    }
}

/// Gives the notice if the caller may see it.
pub(super) fn visible(
    loaded: Option<Notice>,
    scope: &Scope,
    office: &Office,
    policy: &NoticePolicy,
) -> Result<Notice, Objection> {
    let sees_all = *scope == Scope::Everything;
    let own = own_addressees(scope, office, policy);
    loaded
        .filter(|notice| sees_all || own.contains(&notice.addressee))
        .ok_or(Objection::NotVisible)
}

/// The addressees that the caller's organisation is: one organisation may be two of them.
fn own_addressees(scope: &Scope, office: &Office, policy: &NoticePolicy) -> Vec<Addressee> {
    match scope {
        Scope::Provider(bin) => {
            let providers = office.providers();
            let own = providers.by_bin(bin);
            own.map(|provider| Addressee::Provider(provider.id.clone()))
                .collect()
        }
        Scope::Addressee(bin) => {
            let own = policy.bodies.iter().filter(|body| body.bin == *bin);
            own.map(|body| Addressee::Body(body.body)).collect()
        }
        Scope::Cooperative(_) | Scope::ReviewingBody(_) | Scope::Everything => Vec::new(),
    }
}

/// A change, which is no secret.
pub(super) async fn change(
    office: &Office,
    id: RulesChangeId,
) -> Result<RulesChange, Stop<Objection>> {
    let found = change_by_id(office.store.reads(), id).await?;
    found.ok_or(Stop::Refused(Objection::NotVisible))
}

/// A notice with its change and every attempt.
pub(super) async fn notice(
    office: &Office,
    policy: &NoticePolicy,
    scope: &Scope,
    id: NoticeId,
) -> Result<pb::Notice, Stop<Objection>> {
    let reads = office.store.reads();
    let loaded = notice_by_id(reads, id).await?;
    let notice = visible(loaded, scope, office, policy).map_err(Stop::Refused)?;
    let change = change(office, notice.change).await?;
    let attempts = attempts_of(reads, id).await?;
    Ok(pb::Notice {
        change: Some(wire::change(change)),
        attempts: attempts.into_iter().map(wire::attempt).collect(),
        ..wire::notice(notice, office.now().instant)
    })
}

/// Which page of the changes.
pub(super) struct ChangesQuery {
    after: Option<PageKey>,
    size: u32,
}

impl ChangesQuery {
    pub(super) fn parse(
        office: &Office,
        message: &pb::ListRulesChangesRequest,
    ) -> Result<Self, Status> {
        let mut errors = FieldErrors::new();
        let Some(size) = page::size(message.page_size, &mut errors) else {
            return Err(errors.into_malformed().into());
        };
        let (path, filter) = (
            ListRulesChanges::PATH,
            pb::ListRulesChangesRequest::default(),
        );
        Ok(Self {
            after: after(office, path, &filter, &message.page_token)?,
            size,
        })
    }

    /// The page, and the token of the next one.
    pub(super) async fn page(
        &self,
        office: &Office,
    ) -> Result<(Vec<pb::RulesChange>, String), StoreFault> {
        let operation = "read a page of changes of the Rules";
        let query = self.query();
        let reading = async {
            let read = query.all(office.store.reads()).await;
            read.map_err(during(operation))
        };
        let mut rows = office.store.in_time(operation, reading).await?;
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let has_more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| has_more);
        let next = next.map(|row| (row.announced_at, row.id));
        let filter = pb::ListRulesChangesRequest::default();
        let token = next_token(office, ListRulesChanges::PATH, &filter, next)?;
        let changes = rows.into_iter().map(change_from_row);
        let changes = changes.map(|change| change.map(wire::summary));
        Ok((changes.collect::<Result<_, _>>()?, token))
    }

    fn query(&self) -> Select<rules_change::Entity> {
        use rules_change::Column::{AnnouncedAt, Id};
        let beyond = self.after.map(|(at, last)| {
            let here = Expr::tuple([Expr::col(AnnouncedAt), Expr::col(Id)]);
            here.lt(Expr::tuple([Expr::value(at), Expr::value(last)]))
        });
        rules_change::Entity::find()
            .filter(Condition::all().add_option(beyond))
            .order_by_desc(AnnouncedAt)
            .order_by_desc(Id)
            .limit(u64::from(self.size).saturating_add(1))
    }
}

/// Which page of the own notices.
pub(super) struct NoticesQuery {
    addressees: Vec<Addressee>,
    page: WaitingPage,
}

impl NoticesQuery {
    pub(super) fn parse(
        office: &Office,
        policy: &NoticePolicy,
        scope: &Scope,
        message: &pb::ListNoticesRequest,
    ) -> Result<Self, Status> {
        let mut errors = FieldErrors::new();
        let Some(size) = page::size(message.page_size, &mut errors) else {
            return Err(errors.into_malformed().into());
        };
        let waiting_only = message.waiting_only;
        let (path, filter) = (ListNotices::PATH, filter(waiting_only));
        Ok(Self {
            addressees: own_addressees(scope, office, policy),
            page: WaitingPage {
                waiting_only,
                after: after(office, path, &filter, &message.page_token)?,
                size,
            },
        })
    }

    /// The page, and the token of the next one.
    pub(super) async fn page(
        &self,
        office: &Office,
    ) -> Result<(Vec<pb::Notice>, String), StoreFault> {
        let branches = self.addressees.iter().map(branch);
        let read =
            self.page
                .read::<notice::Entity>(&office.store, "read a page of notices", branches);
        let (rows, next) = read.await?;
        let filter = filter(self.page.waiting_only);
        let token = next_token(office, ListNotices::PATH, &filter, next)?;
        let notices = rows.into_iter().map(notice_from_row);
        let notices = notices.collect::<Result<Vec<_>, _>>()?;
        Ok((with_changes(office, notices).await?, token))
    }
}

/// The notices of one addressee: an index begins with it.
fn branch(addressee: &Addressee) -> Condition {
    Condition::all().add(notice::Column::Addressee.eq(addressee.key()))
}

/// What a page token is bound to.
fn filter(waiting_only: bool) -> pb::ListNoticesRequest {
    pb::ListNoticesRequest {
        waiting_only,
        ..Default::default()
    }
}

/// Notices as sent in lists, each with its change.
async fn with_changes(
    office: &Office,
    notices: Vec<Notice>,
) -> Result<Vec<pb::Notice>, StoreFault> {
    let now = office.now().instant;
    let ids: std::collections::BTreeSet<_> = notices.iter().map(|notice| notice.change).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let operation = "read the changes of a page of notices";
    let reading = changes_by_ids(office.store.reads(), ids);
    let changes = office.store.in_time(operation, reading).await?;
    let changes: BTreeMap<_, _> = changes.into_iter().map(|one| (one.id, one)).collect();
    let listed = notices.into_iter().map(|notice| pb::Notice {
        change: changes.get(&notice.change).cloned().map(wire::summary),
        ..wire::notice(notice, now)
    });
    Ok(listed.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        kernel::InformedBody,
        store::test_support::{require_index, temporary},
    };

    #[tokio::test]
    async fn every_page_is_read_from_its_index() {
        let temporary = temporary().await;
        let key = Some((temporary.store.clock().now().instant, uuid::Uuid::nil()));
        let changes = ChangesQuery {
            after: key,
            size: 50,
        };
        let query = changes.query();
        require_index(&temporary.store, &query, "ix_rules_change_announced").await;
        for (waiting_only, index) in [
            (false, "ix_notice_addressee"),
            (true, "ix_notice_unacknowledged"),
        ] {
            let page = WaitingPage {
                waiting_only,
                after: key,
                size: 50,
            };
            let own = branch(&Addressee::Body(InformedBody::ContactCentre));
            let query = page.branch::<notice::Entity>(own);
            require_index(&temporary.store, &query, index).await;
        }
    }
}
