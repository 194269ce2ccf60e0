//! Reading complaints: one with what it says and what was done, and pages of them, in the caller's scope.
//! "Not there" and "not yours" never get different answers (I-8).

use sea_orm::{ColumnTrait as _, Condition};
use tonic::Status;

use super::{
    addressed::visible,
    codes::Act,
    rows::{
        act, acts_of,
        complaint::{Column, Entity},
        complaint_by_id, content_of, from_row, is_with_reviewer,
    },
    wire,
};
use crate::{
    application::{
        Objection, Office, Owner,
        queries::{after, next_token},
    },
    authz::{Action as _, ListComplaints, Scope},
    kernel::{Bin, ComplaintId, Personal},
    pb::registry::v1 as pb,
    rpc::{FieldErrors, page},
    store::{Stop, StoreFault, waiting::WaitingPage},
};

/// A complaint with what it says and all that was done with it.
pub(crate) async fn complaint(
    office: &Office,
    scope: &Scope,
    id: ComplaintId,
) -> Result<pb::Complaint, Stop<Objection>> {
    let reads = office.store.reads();
    let loaded = complaint_by_id(reads, id).await?;
    let complaint = visible(loaded, scope, office).map_err(Stop::Refused)?;
    let content = content_of(reads, id).await?;
    let acts = acts_of(reads, id).await?.into_iter().map(act_of);
    Ok(pb::Complaint {
        content: content.content,
        signature: content.signature,
        acts: acts.collect::<Result<_, _>>()?,
        annulled_refusal: wire::annulled_refusal(&complaint),
        ..wire::complaint(complaint)
    })
}

fn act_of(row: act::Model) -> Result<pb::ComplaintAct, StoreFault> {
    let unknown = || StoreFault::corrupt("act of a complaint", "is of an unknown kind");
    let kind = Act::from_code(&row.kind).ok_or_else(unknown)?;
    let text = row.text.as_deref().map(serde_json::from_str).transpose();
    let text = text.map_err(|error| StoreFault::json("act of a complaint", error))?;
    let done = (row.acted_at, row.acted_by);
    Ok(wire::act(kind, done, text.map(Personal::new)))
}

/// Whose complaints a list shows: an index begins with each.
enum Whose {
    Of(Owner),
    /// Those that went on to a reviewing body.
    ReviewedBy(Bin),
}

/// Which page of the own complaints.
pub(super) struct ListQuery {
    whose: Vec<Whose>,
    page: WaitingPage,
}

impl ListQuery {
    pub(super) fn parse(
        office: &Office,
        scope: &Scope,
        message: &pb::ListComplaintsRequest,
    ) -> Result<Self, Status> {
        let mut errors = FieldErrors::new();
        let Some(size) = page::size(message.page_size, &mut errors) else {
            return Err(errors.into_malformed().into());
        };
        let waiting_only = message.waiting_only;
        let (path, filter) = (ListComplaints::PATH, filter(waiting_only));
        let whose = match scope {
            Scope::ReviewingBody(bin) => vec![Whose::ReviewedBy(bin.clone())],
            Scope::Cooperative(_)
            | Scope::Provider(_)
            | Scope::Addressee(_)
            | Scope::Everything => office.owners(scope).into_iter().map(Whose::Of).collect(),
        };
        Ok(Self {
            whose,
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
    ) -> Result<(Vec<pb::Complaint>, String), StoreFault> {
        let branches = self.whose.iter().map(Whose::condition);
        let read = self
            .page
            .read::<Entity>(&office.store, "read a page of complaints", branches);
        let (rows, next) = read.await?;
        let filter = filter(self.page.waiting_only);
        let token = next_token(office, ListComplaints::PATH, &filter, next)?;
        let complaints = rows
            .into_iter()
            .map(|row| from_row(row).map(wire::complaint))
            .collect::<Result<_, _>>()?;
        Ok((complaints, token))
    }
}

impl Whose {
    fn condition(&self) -> Condition {
        match self {
            Self::Of(Owner::Cooperative(bin)) => {
                Condition::all().add(Column::CooperativeBin.eq(bin.as_str()))
            }
            Self::Of(Owner::Provider(id)) => {
                Condition::all().add(Column::ProviderId.eq(id.as_str()))
            }
            Self::ReviewedBy(bin) => Condition::all()
                .add(is_with_reviewer())
                .add(Column::ReviewerBin.eq(bin.as_str())),
        }
    }
}

/// What a page token is bound to.
fn filter(waiting_only: bool) -> pb::ListComplaintsRequest {
    pb::ListComplaintsRequest {
        waiting_only,
        ..Default::default()
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
        let bin = "600740000012".to_owned();
        for (whose, index) in [
            (
                Whose::Of(Owner::Cooperative(bin.clone())),
                "ix_complaint_cooperative",
            ),
            (
                Whose::Of(Owner::Provider("koktobe".to_owned())),
                "ix_complaint_provider",
            ),
            (
                Whose::ReviewedBy(Bin::parse(&bin).unwrap()),
                "ix_complaint_reviewer",
            ),
        ] {
            for (waiting_only, end) in [(true, "_waiting "), (false, " ")] {
                for after in [None, Some((now, uuid::Uuid::nil()))] {
                    let page = WaitingPage {
                        waiting_only,
                        after,
                        size: 50,
                    };
                    let query = page.branch::<Entity>(whose.condition());
                    let index = format!("{index}{end}");
                    require_index(&temporary.store, &query, &index).await;
                }
            }
        }
    }
}
