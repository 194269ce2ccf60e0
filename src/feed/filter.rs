//! Which stages a caller sees: those of its scope, and of them what it asks for.
//! It never lets a filter show what the scope does not hold (I-8).

use std::collections::BTreeSet;

use super::event::{Event, Tells};
use crate::{
    authz::Scope,
    kernel::{Bin, Problem},
    pb::registry::v1 as pb,
    rpc::FieldErrors,
};

/// More than there are regions, and than anybody lists by hand.
const ITEMS_MAX: usize = 100;

/// What one caller asked to see.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) scope: Scope,
    providers: BTreeSet<Bin>,
    kato_prefixes: Vec<String>,
    procedures: BTreeSet<i32>,
    stages: BTreeSet<i32>,
    overdue_only: bool,
    /// Whether changes of the Rules are asked for as well.
    pub(super) rules_changes: bool,
    /// As it was asked: tokens are bound to it.
    pub(super) asked: pb::StageFilter,
}

impl Filter {
    /// Reads what was asked; none if something is wrong, and then it is told.
    pub(super) fn parse(
        scope: Scope,
        asked: Option<pb::StageFilter>,
        errors: &mut FieldErrors,
    ) -> Option<Self> {
        let asked = asked.unwrap_or_default();
        errors.at("filter", |errors| Self::read(scope, asked, errors))
    }

    fn read(scope: Scope, asked: pb::StageFilter, errors: &mut FieldErrors) -> Option<Self> {
        let providers = each("provider_bins", &asked.provider_bins, errors, |bin| {
            Bin::parse(bin)
        });
        let prefixes = each("kato_prefixes", &asked.kato_prefixes, errors, |text| {
            kato_prefix(text)
        });
        let procedures = each("procedures", &asked.procedures, errors, |number| {
            let known = pb::Procedure::try_from(*number).unwrap_or_default();
            let is_one = known != pb::Procedure::Unspecified;
            is_one
                .then_some(*number)
                .ok_or(Problem::new("must be a known procedure"))
        });
        let stages = each("stages", &asked.stages, errors, |number| {
            let known = pb::ApplicationStage::try_from(*number).unwrap_or_default();
            let is_one = known != pb::ApplicationStage::Unspecified;
            is_one
                .then_some(*number)
                .ok_or(Problem::new("must be a known stage"))
        });
        Some(Self {
            scope,
            providers: providers?.into_iter().collect(),
            kato_prefixes: prefixes?,
            procedures: procedures?.into_iter().collect(),
            stages: stages?.into_iter().collect(),
            overdue_only: asked.overdue_only,
            rules_changes: false,
            asked,
        })
    }

    /// Whether the caller sees a stage. One that cannot be read may be anybody's: each is told of it.
    pub(super) fn admits(&self, event: &Event) -> bool {
        let stage = match &event.tells {
            Tells::Stage(stage) => stage,
            Tells::RulesChange(_) => return self.rules_changes,
        };
        let Some(parties) = &stage.parties else {
            return true;
        };
        let message = &stage.message;
        let kato = message
            .provider
            .as_ref()
            .map_or("", |provider| &provider.kato);
        let lies_in = |prefix: &String| kato.starts_with(prefix);
        self.scope.holds(&parties.cooperative, &parties.provider)
            && (self.providers.is_empty() || self.providers.contains(&parties.provider))
            && (self.kato_prefixes.is_empty() || self.kato_prefixes.iter().any(lies_in))
            && (self.procedures.is_empty() || self.procedures.contains(&message.procedure))
            && (self.stages.is_empty() || self.stages.contains(&message.stage))
            && (message.overdue || !self.overdue_only)
    }
}

/// Reads every item of a list; none if one is wrong or there are too many.
fn each<T, R>(
    path: &str,
    items: &[T],
    errors: &mut FieldErrors,
    read: impl Fn(&T) -> Result<R, Problem>,
) -> Option<Vec<R>> {
    if items.len() > ITEMS_MAX {
        errors.add(path, format_args!("must have at most {ITEMS_MAX} items"));
        return None;
    }
    let items = items
        .iter()
        .enumerate()
        .map(|(index, item)| errors.item(path, index, |errors| errors.read("", read(item))));
    items.collect::<Vec<_>>().into_iter().collect()
}

fn kato_prefix(text: &str) -> Result<String, Problem> {
    let is_one = (2..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_one
        .then(|| text.to_owned())
        .ok_or(Problem::new("must have 2 to 9 digits"))
}
