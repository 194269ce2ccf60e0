//! Rule sets as rows: each activation with its text, and each withdrawal. They are only added to.

use std::collections::BTreeMap;

use sea_orm::{DatabaseConnection, EntityTrait as _};

use super::{RuleSets, StoredRuleSet, Withdrawal};
use crate::{
    kernel::{Problem, parse_date},
    reference::rows::{act, from_json, json},
    store::{StoreFault, during},
};

pub(crate) mod rule_set {
    //! One row per rule set that was activated.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "rule_set")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) version: String,
        pub(crate) effective_from: String,
        pub(crate) text: String,
        pub(crate) sha256: String,
        pub(crate) act_title: String,
        pub(crate) act_number: String,
        pub(crate) act_on: String,
        pub(crate) activated_at: DateTimeUtc,
        pub(crate) activated_by: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod withdrawal {
    //! One row per rule set that was withdrawn.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "rule_set_withdrawal")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) version: String,
        pub(crate) reason: String,
        pub(crate) withdrawn_at: DateTimeUtc,
        pub(crate) withdrawn_by: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// All rule sets: few, however large the register.
pub(in crate::reference) async fn rule_sets(
    reads: &DatabaseConnection,
) -> Result<RuleSets, StoreFault> {
    // Withdrawals first: one that comes between the two statements is read the next time.
    let withdrawals = withdrawal::Entity::find()
        .all(reads)
        .await
        .map_err(during("read the withdrawals of rule sets"))?;
    let mut withdrawals: BTreeMap<String, withdrawal::Model> = withdrawals
        .into_iter()
        .map(|row| (row.version.clone(), row))
        .collect();
    let mut rows = rule_set::Entity::find()
        .all(reads)
        .await
        .map_err(during("read the rule sets"))?;
    rows.sort_by_cached_key(|row| (row.activated_at, row.version.clone()));
    let stored = rows.into_iter().map(|row| {
        let withdrawal = withdrawals.remove(&row.version);
        from_row(row, withdrawal)
    });
    Ok(RuleSets::of(stored.collect::<Result<_, _>>()?))
}

/// The row of a rule set that is activated.
pub(crate) fn to_row(stored: &StoredRuleSet) -> Result<rule_set::Model, StoreFault> {
    Ok(rule_set::Model {
        version: stored.version.clone(),
        effective_from: stored.effective_from.to_string(),
        text: stored.text.clone(),
        sha256: stored.sha256.clone(),
        act_title: json(&stored.act.title)?,
        act_number: stored.act.number.to_string(),
        act_on: stored.act.dated_on.to_string(),
        activated_at: stored.activated_at,
        activated_by: stored.activated_by.clone(),
    })
}

/// The row of a withdrawal.
pub(crate) fn to_withdrawal_row(
    version: &str,
    withdrawal: &Withdrawal,
) -> Result<withdrawal::Model, StoreFault> {
    Ok(withdrawal::Model {
        version: version.to_owned(),
        reason: json(&withdrawal.reason)?,
        withdrawn_at: withdrawal.at,
        withdrawn_by: withdrawal.by.clone(),
    })
}

fn from_row(
    row: rule_set::Model,
    withdrawal: Option<withdrawal::Model>,
) -> Result<StoredRuleSet, StoreFault> {
    let corrupt = |problem: Problem| StoreFault::corrupt("rule set", problem.to_string());
    let withdrawal = withdrawal.map(|row| {
        Ok::<_, StoreFault>(Withdrawal {
            reason: from_json(&row.reason)?,
            at: row.withdrawn_at,
            by: row.withdrawn_by,
        })
    });
    Ok(StoredRuleSet {
        effective_from: parse_date(&row.effective_from).map_err(corrupt)?,
        act: act(&row.act_title, &row.act_number, &row.act_on)?,
        version: row.version,
        text: row.text,
        sha256: row.sha256,
        activated_at: row.activated_at,
        activated_by: row.activated_by,
        withdrawal: withdrawal.transpose()?,
    })
}
