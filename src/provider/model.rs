//! A local executive body that renders the service (cl. 3), and what must be so of it.
//! It never exists without a head: whoever acts as head stands there as one.

use std::ops::RangeInclusive;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    calendar::WorkingHours,
    kernel::{Bin, Email, Kato, Localized, Problem},
};

/// A local executive body that renders the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// Named in requests.
    pub id: String,
    /// Grows with each change; 1 at first.
    pub version: i64,
    /// What kind of body it is.
    pub kind: ProviderKind,
    /// Its BIN; the head signs with a certificate of it.
    pub bin: Bin,
    /// The place it is of, as the monitoring system is told.
    pub kato: Kato,
    /// Its territory (D-12).
    pub territory: Vec<Kato>,
    /// Its name.
    pub name: Localized,
    /// When it works (D-4).
    pub hours: WorkingHours,
    /// Who signs (Annex 1): one on each day, in order.
    pub heads: Vec<Official>,
    /// The head's deputies.
    pub deputies: Vec<Official>,
    /// The higher body, which reviews complaints against its decisions (cl. 14).
    pub reviewing_body: Localized,
    /// Its BIN: complaints go on to its accounts; none until an operator names it.
    pub higher_body_bin: Option<Bin>,
    /// How many working minutes before its due moment an application is near it.
    pub near_due_minutes: u32,
    /// How contracts that passed every check go on to the signature.
    pub contract_decision: ContractDecision,
    /// Where notices of changes of the Rules are sent (cl. 4); none if it has no address for them.
    pub notice_email: Option<Email>,
}

/// How an electronic contract that passed every check goes on to the head's signature (cl. 8(2), 9).
/// Without that signature nothing is granted either way (O-52).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContractDecision {
    /// By itself.
    #[default]
    Automatic,
    /// When the officer who took it confirms.
    Officer,
}

impl ContractDecision {
    /// Every way.
    pub const ALL: [Self; 2] = [Self::Automatic, Self::Officer];

    /// The name in the store and in the configuration.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Automatic => "AUTOMATIC",
            Self::Officer => "OFFICER",
        }
    }

    /// Finds the way of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.code() == code)
    }
}

/// The kinds of local executive bodies of clause 3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProviderKind {
    /// Of an oblast.
    Oblast,
    /// Of Astana, Almaty or Shymkent.
    RepublicanCity,
    /// Of a district.
    District,
    /// Of a city of oblast significance.
    OblastCity,
}

impl ProviderKind {
    /// Every kind, in the order of clause 3.
    pub const ALL: [Self; 4] = [
        Self::Oblast,
        Self::RepublicanCity,
        Self::District,
        Self::OblastCity,
    ];

    /// The name in the store and in the configuration.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Oblast => "OBLAST",
            Self::RepublicanCity => "REPUBLICAN_CITY",
            Self::District => "DISTRICT",
            Self::OblastCity => "OBLAST_CITY",
        }
    }

    /// Finds the kind of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The kind that a place's code tells: a region, a place within one.
    pub fn of_place(kato: &Kato) -> Self {
        const REPUBLICAN_CITIES: [&str; 3] = ["71", "75", "79"];
        let is_city = REPUBLICAN_CITIES
            .iter()
            .any(|region| kato.as_str().starts_with(region));
        match kato.named_digits() {
            _ if is_city => Self::RepublicanCity,
            2 => Self::Oblast,
            _ => Self::District,
        }
    }

    /// The name for people, as in clause 3.
    pub fn label(self) -> Localized {
        match self {
            Self::Oblast => Localized::of(
                "облыстың жергілікті атқарушы органы",
                "местный исполнительный орган области",
                "local executive body of an oblast",
            ),
            Self::RepublicanCity => Localized::of(
                "Астана, Алматы, Шымкент қалаларының жергілікті атқарушы органы",
                "местный исполнительный орган города Астаны, Алматы, Шымкента",
                "local executive body of Astana, Almaty or Shymkent",
            ),
            Self::District => Localized::of(
                "ауданның жергілікті атқарушы органы",
                "местный исполнительный орган района",
                "local executive body of a district",
            ),
            Self::OblastCity => Localized::of(
                "облыстық маңызы бар қаланың жергілікті атқарушы органы",
                "местный исполнительный орган города областного значения",
                "local executive body of a city of oblast significance",
            ),
        }
    }
}

/// An official of a provider, for the days in office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Official {
    /// Surname, name, patronymic.
    pub name: String,
    /// Post.
    pub post: Localized,
    /// The first day in office; none if it is not known.
    pub from_on: Option<NaiveDate>,
    /// The last day in office; none if it is not fixed.
    pub to_on: Option<NaiveDate>,
}

impl Provider {
    /// Four working hours.
    pub const NEAR_DUE_MINUTES_DEFAULT: u32 = 240;
    /// At most three whole days.
    pub const NEAR_DUE_MINUTES: RangeInclusive<u32> = 1..=4320;

    /// The head on a day; before the first one that is known, the first.
    pub fn head_on(&self, on: NaiveDate) -> Option<&Official> {
        let begun = |head: &&Official| head.from_on.is_none_or(|from| from <= on);
        let last = self.heads.iter().rev().find(begun);
        last.or_else(|| self.heads.first())
    }

    /// How exactly its territory names a place that lies in it: the digits of the code that names it.
    pub fn competence(&self, place: &Kato) -> Option<usize> {
        let holding = self.territory.iter();
        let holding = holding.filter(|territory| place.lies_in(territory));
        holding.map(Kato::named_digits).max()
    }

    /// What is wrong with its parts taken together, each with its field.
    pub fn contradictions(&self) -> Vec<(&'static str, Problem)> {
        let mut found = Vec::new();
        if self.competence(&self.kato).is_none() {
            found.push(("kato", Problem::new("must lie in the territory")));
        }
        let [.., last] = self.heads.as_slice() else {
            found.push(("heads", Problem::new("must name a head")));
            return found;
        };
        let follow = self.heads.windows(2).all(|pair| match pair {
            [one, next] => one.to_on.and_then(|to| to.succ_opt()) == next.from_on,
            _ => true,
        });
        if !follow || last.to_on.is_some() {
            let problem = "must follow each other day by day, and the last one has no last day";
            found.push(("heads", Problem::new(problem)));
        }
        for (field, officials) in [("heads", &self.heads), ("deputies", &self.deputies)] {
            let is_backwards = |official: &Official| official.to_on < official.from_on;
            let dated = officials.iter().filter(|official| official.to_on.is_some());
            if dated.into_iter().any(is_backwards) {
                found.push((field, Problem::new("must not leave before they come")));
            }
        }
        found
    }
}
