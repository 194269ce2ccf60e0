//! Providers as they are sent. The wire stops here.

use crate::{
    kernel::Bin,
    pb::registry::v1 as pb,
    provider::{ContractDecision, Official, Provider, ProviderKind, StoredProvider},
    rpc::{localized, timestamp},
};

/// A version of a provider, with who made it.
pub(super) fn stored(stored: &StoredProvider) -> pb::Provider {
    let contract_decision = match stored.provider.contract_decision {
        ContractDecision::Automatic => pb::ContractDecision::Automatic,
        ContractDecision::Officer => pb::ContractDecision::Officer,
    };
    let near_due_minutes = stored.provider.near_due_minutes;
    pb::Provider {
        set_at: Some(timestamp(stored.set_at)),
        set_by: stored.set_by.clone(),
        near_due_minutes: i32::try_from(near_due_minutes).unwrap_or(i32::MAX),
        contract_decision: contract_decision.into(),
        higher_body_bin: text(stored.provider.higher_body_bin.as_ref()),
        notice_email: stored
            .provider
            .notice_email
            .as_ref()
            .map(|email| email.as_str().to_owned())
            .unwrap_or_default(),
        ..provider(&stored.provider)
    }
}

/// A provider.
pub(crate) fn provider(provider: &Provider) -> pb::Provider {
    let kind = match provider.kind {
        ProviderKind::Oblast => pb::ProviderKind::Oblast,
        ProviderKind::RepublicanCity => pb::ProviderKind::RepublicanCity,
        ProviderKind::District => pb::ProviderKind::District,
        ProviderKind::OblastCity => pb::ProviderKind::OblastCity,
    };
    pb::Provider {
        provider_id: provider.id.clone(),
        bin: provider.bin.to_string(),
        kato: provider.kato.to_string(),
        name: Some(localized(provider.name.clone())),
        opens: provider.hours.opens().format("%H:%M").to_string(),
        closes: provider.hours.closes().format("%H:%M").to_string(),
        kind: kind.into(),
        territory: provider.territory.iter().map(ToString::to_string).collect(),
        higher_body: Some(localized(provider.reviewing_body.clone())),
        heads: provider.heads.iter().map(official).collect(),
        deputies: provider.deputies.iter().map(official).collect(),
        etag: format!("\"{}\"", provider.version),
        set_at: None,
        set_by: String::new(),
        near_due_minutes: 0,
        contract_decision: pb::ContractDecision::Unspecified.into(),
        higher_body_bin: String::new(),
        notice_email: String::new(),
    }
}

fn text(bin: Option<&Bin>) -> String {
    bin.map(ToString::to_string).unwrap_or_default()
}

fn official(official: &Official) -> pb::Official {
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    pb::Official {
        name: official.name.clone(),
        post: Some(localized(official.post.clone())),
        from_on: day(official.from_on),
        to_on: day(official.to_on),
    }
}
