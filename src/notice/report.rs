//! What became of the notices of a change: who was told when and how, who acknowledged, who was late.
//! It never changes anything.

use super::{model::Notice, queries::change, rows::notices_of, wire};
use crate::{
    application::{Objection, Office},
    kernel::RulesChangeId,
    pb::registry::v1 as pb,
    store::Stop,
};

/// The report of a change.
pub(super) async fn report(
    office: &Office,
    id: RulesChangeId,
) -> Result<pb::GetRulesChangeReportResponse, Stop<Objection>> {
    let change = change(office, id).await?;
    let store = &office.store;
    let reading = notices_of(store.reads(), id);
    let mut notices = store
        .in_time("read the notices of a change", reading)
        .await?;
    notices.sort_by(|one, other| one.addressee.cmp(&other.addressee));
    let now = office.now().instant;
    let count = |holds: &dyn Fn(&Notice) -> bool| {
        let found = notices.iter().filter(|notice| holds(notice)).count();
        i32::try_from(found).unwrap_or(i32::MAX)
    };
    Ok(pb::GetRulesChangeReportResponse {
        announced_by: change.announced_by.clone(),
        change: Some(wire::summary(change)),
        told_in_time_count: count(&|notice| notice.told.is_some() && !notice.is_told_late()),
        told_late_count: count(&Notice::is_told_late),
        untold_count: count(&|notice| notice.told.is_none()),
        unreachable_count: count(&Notice::is_unreachable),
        acknowledged_count: count(&|notice| notice.acknowledged.is_some()),
        acknowledgement_late_count: count(&|notice| notice.is_acknowledgement_late(now)),
        notices: notices
            .into_iter()
            .map(|notice| wire::notice(notice, now))
            .collect(),
    })
}
