//! A provider for the tests of all who need one. It stands for no real body.

use chrono::{NaiveDate, NaiveTime};

use super::{ContractDecision, Official, Provider, ProviderKind};
use crate::{
    calendar::WorkingHours,
    kernel::{Bin, Kato, Localized},
};

pub(crate) fn kato(code: &str) -> Kato {
    Kato::parse(code).unwrap()
}

/// One who signs from one day to another.
pub(crate) fn official(name: &str, from: Option<NaiveDate>, to: Option<NaiveDate>) -> Official {
    Official {
        name: name.to_owned(),
        post: Localized::of("Басшы", "Руководитель", "Head"),
        from_on: from,
        to_on: to,
    }
}

/// Of the first of the places, open from nine to six.
pub(crate) fn provider(id: &str, territory: &[&str]) -> Provider {
    let [nine, six] = [9, 18].map(|hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap());
    Provider {
        id: id.to_owned(),
        version: 1,
        kind: ProviderKind::of_place(&kato(territory[0])),
        bin: Bin::parse("600740000012").unwrap(),
        kato: kato(territory[0]),
        territory: territory.iter().map(|code| kato(code)).collect(),
        name: Localized::of("Әкімдік", "Акимат", "Akimat"),
        hours: WorkingHours::new(nine, six).unwrap(),
        heads: vec![official("Бірінші", None, None)],
        deputies: Vec::new(),
        reviewing_body: Localized::of("Жоғары", "Вышестоящий", "Higher"),
        near_due_minutes: Provider::NEAR_DUE_MINUTES_DEFAULT,
        contract_decision: ContractDecision::Automatic,
        higher_body_bin: None,
        notice_email: None,
    }
}
