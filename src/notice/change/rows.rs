//! Changes of the Rules as rows, which never change. A row that breaks an invariant is a corrupt row, never a
//! panic.

use chrono::NaiveDate;
use sea_orm::{ColumnTrait as _, DatabaseConnection, EntityTrait as _, QueryFilter as _};

use super::super::model::RulesChange;
use crate::{
    calendar::Act,
    kernel::{Problem, RulesChangeId, Text, parse_date},
    store::{StoreFault, during},
};

pub(in crate::notice) mod rules_change {
    //! One row per change of the Rules, never changed.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "rules_change")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) act_title: String,
        pub(crate) act_number: String,
        pub(crate) act_dated_on: String,
        pub(crate) published_on: String,
        pub(crate) in_force_on: String,
        pub(crate) text: String,
        pub(crate) files: String,
        pub(crate) rule_set: Option<String>,
        pub(crate) announced_at: DateTimeUtc,
        pub(crate) announced_by: String,
        pub(crate) due_at: DateTimeUtc,
        pub(crate) calendar_version: String,
        pub(crate) addressee_count: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Finds a change.
pub(in crate::notice) async fn change_by_id(
    reads: &DatabaseConnection,
    id: RulesChangeId,
) -> Result<Option<RulesChange>, StoreFault> {
    let row = rules_change::Entity::find_by_id(id.get())
        .one(reads)
        .await
        .map_err(during("read a change of the Rules"))?;
    row.map(change_from_row).transpose()
}

/// Finds the changes of some notices: as many as the page has of them.
pub(in crate::notice) async fn changes_by_ids(
    reads: &DatabaseConnection,
    ids: impl IntoIterator<Item = RulesChangeId> + Send,
) -> Result<Vec<RulesChange>, StoreFault> {
    let ids: Vec<_> = ids.into_iter().map(RulesChangeId::get).collect();
    let rows = rules_change::Entity::find()
        .filter(rules_change::Column::Id.is_in(ids))
        .all(reads)
        .await
        .map_err(during("read changes of the Rules"))?;
    rows.into_iter().map(change_from_row).collect()
}

/// The row of a change.
pub(in crate::notice) fn change_to_row(
    change: &RulesChange,
) -> Result<rules_change::Model, StoreFault> {
    let json = |error: serde_json::Error| StoreFault::json("rules change", error);
    Ok(rules_change::Model {
        id: change.id.get(),
        act_title: serde_json::to_string(&change.act.title).map_err(json)?,
        act_number: change.act.number.to_string(),
        act_dated_on: change.act.dated_on.to_string(),
        published_on: change.published_on.to_string(),
        in_force_on: change.in_force_on.to_string(),
        text: serde_json::to_string(&change.text).map_err(json)?,
        files: serde_json::to_string(&change.files).map_err(json)?,
        rule_set: change.rule_set.clone(),
        announced_at: change.announced_at,
        announced_by: change.announced_by.clone(),
        due_at: change.due_at,
        calendar_version: change.calendar_version.clone(),
        addressee_count: change.addressee_count,
    })
}

/// The change of a row.
pub(in crate::notice) fn change_from_row(
    row: rules_change::Model,
) -> Result<RulesChange, StoreFault> {
    let json = |error: serde_json::Error| StoreFault::json("rules change", error);
    let wrong = |problem: Problem| StoreFault::corrupt("rules change", problem.to_string());
    let day = |text: &str| -> Result<NaiveDate, StoreFault> { parse_date(text).map_err(wrong) };
    Ok(RulesChange {
        id: row.id.into(),
        act: Act {
            title: serde_json::from_str(&row.act_title).map_err(json)?,
            number: Text::parse(&row.act_number).map_err(wrong)?,
            dated_on: day(&row.act_dated_on)?,
        },
        published_on: day(&row.published_on)?,
        in_force_on: day(&row.in_force_on)?,
        text: serde_json::from_str(&row.text).map_err(json)?,
        files: serde_json::from_str(&row.files).map_err(json)?,
        rule_set: row.rule_set,
        announced_at: row.announced_at,
        announced_by: row.announced_by,
        due_at: row.due_at,
        calendar_version: row.calendar_version,
        addressee_count: row.addressee_count,
    })
}
