//! Versions of providers as rows. They are only added to: what a provider was stays readable.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveTime, Utc};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder};
use serde::de::DeserializeOwned;

use super::{ContractDecision, Provider, ProviderKind, Providers};
use crate::{
    calendar::WorkingHours,
    kernel::{Bin, Email, Kato},
    store::{StoreFault, during},
};

pub(crate) mod provider_version {
    //! One row for each version of a provider; the last one is in force.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "provider_version")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) provider_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) version: i64,
        pub(crate) kind: String,
        pub(crate) bin: String,
        pub(crate) kato: String,
        pub(crate) territory: String,
        pub(crate) name: String,
        pub(crate) opens: String,
        pub(crate) closes: String,
        pub(crate) reviewing_body: String,
        pub(crate) heads: String,
        pub(crate) deputies: String,
        pub(crate) set_at: DateTimeUtc,
        pub(crate) set_by: String,
        pub(crate) near_due_minutes: i32,
        pub(crate) contract_decision: String,
        pub(crate) higher_body_bin: Option<String>,
        pub(crate) notice_email: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A version of a provider, with who made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredProvider {
    /// The provider.
    pub provider: Provider,
    /// When it became so.
    pub set_at: DateTime<Utc>,
    /// The account that made it so.
    pub set_by: String,
}

/// All providers, each in its last version: few, however large the register.
pub async fn providers(reads: &DatabaseConnection) -> Result<Providers, StoreFault> {
    let rows = provider_version::Entity::find()
        .order_by_asc(provider_version::Column::ProviderId)
        .order_by_asc(provider_version::Column::Version)
        .all(reads)
        .await
        .map_err(during("read the providers"))?;
    let mut bins = Vec::with_capacity(rows.len());
    for row in &rows {
        let bin = Bin::parse(&row.bin);
        let bin = bin.map_err(|problem| StoreFault::corrupt("provider", problem.to_string()))?;
        bins.push((row.set_at, bin, row.provider_id.clone()));
    }
    // Of one moment they stay in the order of their ids.
    bins.sort_by_key(|(set_at, ..)| *set_at);
    let last: BTreeMap<String, provider_version::Model> = rows
        .into_iter()
        .map(|row| (row.provider_id.clone(), row))
        .collect();
    let providers = last.into_values().map(from_row);
    let providers = providers.collect::<Result<Vec<_>, _>>()?;
    let providers = providers.into_iter().map(|stored| stored.provider);
    let bins = bins.into_iter().map(|(_, bin, id)| (bin, id));
    Ok(Providers::of(providers).remembering(bins))
}

/// The versions of a provider, the first one first.
pub async fn versions_of(
    reads: &DatabaseConnection,
    id: &str,
) -> Result<Vec<StoredProvider>, StoreFault> {
    let rows = provider_version::Entity::find()
        .filter(provider_version::Column::ProviderId.eq(id))
        .order_by_asc(provider_version::Column::Version)
        .all(reads)
        .await
        .map_err(during("read the versions of a provider"))?;
    rows.into_iter().map(from_row).collect()
}

/// The row of a version.
pub(crate) fn to_row(stored: &StoredProvider) -> Result<provider_version::Model, StoreFault> {
    let provider = &stored.provider;
    let json = |error: serde_json::Error| StoreFault::json("provider", error);
    let time = |time: NaiveTime| time.format("%H:%M").to_string();
    Ok(provider_version::Model {
        provider_id: provider.id.clone(),
        version: provider.version,
        kind: provider.kind.code().to_owned(),
        bin: provider.bin.to_string(),
        kato: provider.kato.to_string(),
        territory: serde_json::to_string(&provider.territory).map_err(json)?,
        name: serde_json::to_string(&provider.name).map_err(json)?,
        opens: time(provider.hours.opens()),
        closes: time(provider.hours.closes()),
        reviewing_body: serde_json::to_string(&provider.reviewing_body).map_err(json)?,
        heads: serde_json::to_string(&provider.heads).map_err(json)?,
        deputies: serde_json::to_string(&provider.deputies).map_err(json)?,
        set_at: stored.set_at,
        set_by: stored.set_by.clone(),
        near_due_minutes: i32::try_from(provider.near_due_minutes).unwrap_or(i32::MAX),
        contract_decision: provider.contract_decision.code().to_owned(),
        higher_body_bin: provider.higher_body_bin.as_ref().map(ToString::to_string),
        notice_email: provider
            .notice_email
            .as_ref()
            .map(|email| email.as_str().to_owned()),
    })
}

fn from_row(row: provider_version::Model) -> Result<StoredProvider, StoreFault> {
    let corrupt = |problem: &str| StoreFault::corrupt("provider", problem);
    let wrong = |problem: crate::kernel::Problem| corrupt(&problem.to_string());
    let time = |text: &str| {
        NaiveTime::parse_from_str(text, "%H:%M").map_err(|_unreadable| corrupt("has no such time"))
    };
    let higher_body_bin = row.higher_body_bin.as_deref().map(Bin::parse);
    let hours = WorkingHours::new(time(&row.opens)?, time(&row.closes)?).map_err(wrong)?;
    Ok(StoredProvider {
        provider: Provider {
            kind: ProviderKind::from_code(&row.kind)
                .ok_or_else(|| corrupt("has an unknown kind"))?,
            bin: Bin::parse(&row.bin).map_err(wrong)?,
            kato: Kato::parse(&row.kato).map_err(wrong)?,
            territory: read(&row.territory)?,
            name: read(&row.name)?,
            hours,
            heads: read(&row.heads)?,
            deputies: read(&row.deputies)?,
            reviewing_body: read(&row.reviewing_body)?,
            higher_body_bin: higher_body_bin.transpose().map_err(wrong)?,
            near_due_minutes: u32::try_from(row.near_due_minutes)
                .map_err(|_negative| corrupt("has negative minutes"))?,
            contract_decision: ContractDecision::from_code(&row.contract_decision)
                .ok_or_else(|| corrupt("decides in an unknown way"))?,
            notice_email: row
                .notice_email
                .as_deref()
                .map(Email::parse)
                .transpose()
                .map_err(wrong)?,
            id: row.provider_id,
            version: row.version,
        },
        set_at: row.set_at,
        set_by: row.set_by,
    })
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, StoreFault> {
    serde_json::from_str(text).map_err(|error| StoreFault::json("provider", error))
}
