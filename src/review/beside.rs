//! Reading what stands beside an application: the acts of its review, and notes, page by page.
//! It never shows them to anyone but the provider that decides.

use serde::{Serialize, de::DeserializeOwned};
use tonic::Status;

use super::{
    rows::{self, Beside},
    wire,
};
use crate::{
    application::{Objection, Office, addressed::visible, rows::application_by_id},
    authz::{Action, ListReviewActs, ListReviewNotes, Permit},
    kernel::ApplicationId,
    pb::registry::v1 as pb,
    rpc::{FieldErrors, page, status},
    store::{Stop, StoreFault},
};

/// What both requests ask.
struct Asked<'a, M> {
    application_id: &'a str,
    page_size: i32,
    page_token: &'a str,
    /// The request without its page.
    filter: M,
}

impl<M: prost::Message> Asked<'_, M> {
    /// Reads it, and looks whether the caller may see the application.
    async fn page<A: Action, K: DeserializeOwned>(
        &self,
        office: &Office,
        permit: &Permit<A>,
    ) -> Result<Beside<K>, Status> {
        let mut errors = FieldErrors::new();
        let id = self.application_id;
        let application = errors.required("application_id", id, ApplicationId::parse);
        let size = page::size(self.page_size, &mut errors);
        let (Some(application), Some(size)) = (application, size) else {
            return Err(errors.into_malformed().into());
        };
        let after = match self.page_token {
            "" => None,
            token => Some(office.page_tokens.open(A::PATH, &self.filter, token)?),
        };
        let reading = application_by_id(office.store.reads(), application);
        let reading = office.store.in_time("read an application", reading);
        let loaded = reading.await.map_err(|fault| status::from_store(&fault))?;
        visible(loaded, &permit.scope(), office)
            .map_err(|objection| status::from_stop(Stop::<Objection>::Refused(objection)))?;
        Ok(Beside {
            application,
            after,
            size,
        })
    }

    /// Leaves out the row beyond the page, and seals the key that the next one begins after.
    fn cut<A: Action, R, K: Serialize>(
        &self,
        office: &Office,
        size: u32,
        rows: &mut Vec<R>,
        key: impl Fn(&R) -> K,
    ) -> Result<String, StoreFault> {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let has_more = rows.len() > size;
        rows.truncate(size);
        let Some(last) = rows.last().filter(|_| has_more) else {
            return Ok(String::new());
        };
        let sealed = office.page_tokens.seal(A::PATH, &self.filter, &key(last));
        sealed.map_err(|error| StoreFault::json("page key", error))
    }
}

/// Answers `ListReviewActs`.
pub(super) async fn acts(
    office: &Office,
    permit: &Permit<ListReviewActs>,
    message: &pb::ListReviewActsRequest,
) -> Result<pb::ListReviewActsResponse, Status> {
    let asked = Asked {
        application_id: &message.application_id,
        page_size: message.page_size,
        page_token: &message.page_token,
        filter: pb::ListReviewActsRequest {
            application_id: message.application_id.clone(),
            ..Default::default()
        },
    };
    let page = asked.page(office, permit).await?;
    let fault = |fault: StoreFault| status::from_store(&fault);
    let reading = rows::acts(office.store.reads(), &page);
    let reading = office.store.in_time("read acts of a review", reading);
    let mut rows = reading.await.map_err(fault)?;
    let next_page_token = asked
        .cut::<ListReviewActs, _, _>(office, page.size, &mut rows, |act| act.application_version)
        .map_err(fault)?;
    let acts = rows.into_iter().map(wire::act).collect::<Result<_, _>>();
    Ok(pb::ListReviewActsResponse {
        acts: acts.map_err(fault)?,
        next_page_token,
    })
}

/// How many acts are read at once.
const PIECE: u32 = 500;

/// All acts of a review, in their order; whose application it is was asked before.
pub(crate) async fn review_acts(
    office: &Office,
    application: ApplicationId,
) -> Result<Vec<pb::ReviewAct>, StoreFault> {
    let mut acts = Vec::new();
    let mut page = Beside {
        application,
        after: None,
        size: PIECE,
    };
    loop {
        let rows = rows::acts(office.store.reads(), &page).await?;
        page.after = rows.last().map(|act| act.application_version);
        let has_more = u32::try_from(rows.len()).is_ok_and(|count| count > PIECE);
        acts.extend(rows.into_iter().map(wire::act));
        if !has_more {
            return acts.into_iter().collect();
        }
    }
}

/// Answers `ListReviewNotes`.
pub(super) async fn notes(
    office: &Office,
    permit: &Permit<ListReviewNotes>,
    message: &pb::ListReviewNotesRequest,
) -> Result<pb::ListReviewNotesResponse, Status> {
    let asked = Asked {
        application_id: &message.application_id,
        page_size: message.page_size,
        page_token: &message.page_token,
        filter: pb::ListReviewNotesRequest {
            application_id: message.application_id.clone(),
            ..Default::default()
        },
    };
    let page = asked.page(office, permit).await?;
    let fault = |fault: StoreFault| status::from_store(&fault);
    let reading = rows::notes(office.store.reads(), &page);
    let reading = office.store.in_time("read notes of a review", reading);
    let mut rows = reading.await.map_err(fault)?;
    let next_page_token = asked
        .cut::<ListReviewNotes, _, _>(office, page.size, &mut rows, |note| note.id)
        .map_err(fault)?;
    Ok(pb::ListReviewNotesResponse {
        notes: rows.into_iter().map(wire::note).collect(),
        next_page_token,
    })
}
