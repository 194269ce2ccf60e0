//! What callers ask of the statistics, and the sums that answer them.
//! It never counts what lies outside the caller's scope (I-8), nor application by application.

use std::collections::{BTreeMap, BTreeSet};

use tonic::Status;

use super::{
    counter::READER,
    figures::{Dimension, Figures, Key, keys_of},
    rows::{Asked, DayPart, Through},
    wire,
};
use crate::{
    application::{Office, Owner},
    authz::Scope,
    pb::registry::v1 as pb,
    rpc::{FieldErrors, Malformed, period, status},
    store::StoreFault,
};

/// How many groups one answer tells: more would not fit into a message.
const GROUPS_MAX: usize = 1000;
/// How many sums are looked at for them.
const SUMS_MAX: u64 = 100_000;

/// What is asked for.
pub(super) struct Query {
    asked: Asked,
    dimensions: Vec<Dimension>,
}

/// What was counted.
pub(super) struct Statistics {
    pub(super) through: Through,
    pub(super) dimensions: Vec<Dimension>,
    pub(super) total: Figures,
    pub(super) groups: BTreeMap<Key, Figures>,
}

impl Query {
    /// Reads the question; a provider that the caller does not see is one that is not there.
    pub(super) fn parse(
        office: &Office,
        scope: &Scope,
        message: &pb::GetStatisticsRequest,
    ) -> Result<Self, Status> {
        let mut errors = FieldErrors::new();
        let period = period(&message.from_on, &message.to_on, &mut errors);
        let day = wire::day(message.counted_by, &mut errors);
        let procedures = wire::procedures(&message.procedures, &mut errors);
        let forms = wire::forms(&message.forms, &mut errors);
        let dimensions = wire::dimensions(&message.group_by, &mut errors);
        let (Some((from, to)), Some(day), true) = (period, day, errors.is_empty()) else {
            return Err(errors.into_malformed().into());
        };
        let told: BTreeSet<Dimension> = dimensions.iter().copied().collect();
        let tells = |dimension| told.contains(&dimension);
        let by = if tells(Dimension::Day) {
            DayPart::Day
        } else if tells(Dimension::Month) {
            DayPart::Month
        } else {
            DayPart::Nothing
        };
        let asked = Asked {
            day,
            from,
            to,
            providers: providers(office, scope, &message.provider_id)?,
            procedures,
            forms,
            by_provider: tells(Dimension::Provider),
            by_procedure: tells(Dimension::Procedure),
            by_form: tells(Dimension::Form),
            by,
            limit: SUMS_MAX,
        };
        Ok(Self { asked, dimensions })
    }

    /// Sums up.
    pub(super) async fn answer(self, office: &Office) -> Result<Statistics, Status> {
        let summing = self.asked.sums(office.store.reads(), READER);
        let summed = office.store.in_time("sum up statistics", summing).await;
        let (through, sums) = summed.map_err(|fault| status::from_store(&fault))?;
        let unknown = || {
            let fault = StoreFault::corrupt("statistics", "have a result that is not known");
            status::from_store(&fault)
        };
        let is_cut = u64::try_from(sums.len()).is_ok_and(|count| count >= SUMS_MAX);
        let mut total = Figures::default();
        let mut groups = BTreeMap::<Key, Figures>::new();
        for sum in &sums {
            total.add(sum).ok_or_else(unknown)?;
            if self.dimensions.is_empty() {
                continue;
            }
            for key in keys_of(sum, &self.dimensions) {
                let group = groups.entry(key).or_default();
                group.add(sum).ok_or_else(unknown)?;
            }
        }
        if is_cut || groups.len() > GROUPS_MAX {
            return Err(too_many().into());
        }
        Ok(Statistics {
            through,
            dimensions: self.dimensions,
            total,
            groups,
        })
    }
}

fn too_many() -> Malformed {
    let problem = format_args!(
        "must tell apart at most {GROUPS_MAX} groups; name fewer things or a shorter period"
    )
    .to_string();
    Malformed::one("group_by", problem)
}

/// Whose applications are counted.
fn providers(office: &Office, scope: &Scope, named: &str) -> Result<Vec<String>, Status> {
    let owners = office.owners(scope).into_iter();
    let own = owners.filter_map(|owner| match owner {
        Owner::Provider(id) => Some(id),
        Owner::Cooperative(_) => None,
    });
    let asked = own.filter(|id| named.is_empty() || id == named);
    let asked: Vec<String> = asked.collect();
    if asked.is_empty() && !named.is_empty() {
        return Err(status::permission_denied());
    }
    Ok(asked)
}
