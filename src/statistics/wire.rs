//! Statistics as they are asked for and sent. The wire stops here.

use std::collections::BTreeSet;

use super::{
    figures::{Dimension, Figures, Key},
    model::{Outcome, Timeliness},
    queries::Statistics,
    rows::{Column, Through},
};
use crate::{
    application::{
        Form, Procedure,
        refusal::{Ground, wire::ground_code},
        wire,
    },
    kernel::Localized,
    pb::registry::v1 as pb,
    provider::Providers,
    rpc::{FieldErrors, localized, timestamp},
};

/// By which day is counted.
pub(super) fn day(day: i32, errors: &mut FieldErrors) -> Option<Column> {
    match pb::StatisticsDay::try_from(day) {
        Ok(pb::StatisticsDay::Received) => Some(Column::ReceivedOn),
        Ok(pb::StatisticsDay::Registered) => Some(Column::RegisteredOn),
        Ok(pb::StatisticsDay::Ended) => Some(Column::EndedOn),
        Ok(pb::StatisticsDay::Unspecified) => {
            errors.missing("counted_by");
            None
        }
        Err(_unknown) => {
            errors.add("counted_by", "must be a known day of an application");
            None
        }
    }
}

/// The codes of procedures.
pub(super) fn procedures(asked: &[i32], errors: &mut FieldErrors) -> BTreeSet<&'static str> {
    let known = |number| {
        let mut all = Procedure::ALL.into_iter();
        all.find(|it| i32::from(wire::procedure(*it)) == number)
    };
    let problem = "must be a known procedure";
    let procedures = all_known("procedures", asked, known, problem, errors);
    procedures.into_iter().map(Procedure::code).collect()
}

/// The codes of forms.
pub(super) fn forms(asked: &[i32], errors: &mut FieldErrors) -> BTreeSet<&'static str> {
    let known = |number| {
        let mut all = Form::ALL.into_iter();
        all.find(|it| i32::from(wire::form(*it)) == number)
    };
    let forms = all_known("forms", asked, known, "must be a known form", errors);
    forms.into_iter().map(Form::code).collect()
}

/// What is told apart, in the order in which it was asked for.
pub(super) fn dimensions(asked: &[i32], errors: &mut FieldErrors) -> Vec<Dimension> {
    let known = |number| {
        pb::StatisticsDimension::try_from(number)
            .ok()
            .and_then(dimension_of)
    };
    let problem = "must be something that can be told apart";
    let dimensions = all_known("group_by", asked, known, problem, errors);
    let mut seen = BTreeSet::new();
    for (index, dimension) in dimensions.iter().enumerate() {
        if !seen.insert(*dimension) {
            errors.item("group_by", index, |errors| {
                errors.add("", "must be named only once");
            });
            // A request of a megabyte may name one a million times.
            break;
        }
    }
    dimensions
}

fn all_known<T>(
    path: &str,
    asked: &[i32],
    known: impl Fn(i32) -> Option<T>,
    problem: &'static str,
    errors: &mut FieldErrors,
) -> Vec<T> {
    let mut read = Vec::new();
    for (index, number) in asked.iter().enumerate() {
        match known(*number) {
            Some(value) => read.push(value),
            None => errors.item(path, index, |errors| errors.add("", problem)),
        }
    }
    read
}

const fn dimension_of(dimension: pb::StatisticsDimension) -> Option<Dimension> {
    match dimension {
        pb::StatisticsDimension::Unspecified => None,
        pb::StatisticsDimension::Provider => Some(Dimension::Provider),
        pb::StatisticsDimension::Month => Some(Dimension::Month),
        pb::StatisticsDimension::Day => Some(Dimension::Day),
        pb::StatisticsDimension::Procedure => Some(Dimension::Procedure),
        pb::StatisticsDimension::Form => Some(Dimension::Form),
        pb::StatisticsDimension::Result => Some(Dimension::Result),
        pb::StatisticsDimension::Ground => Some(Dimension::Ground),
        pb::StatisticsDimension::Timeliness => Some(Dimension::Timeliness),
    }
}

const fn dimension(dimension: Dimension) -> pb::StatisticsDimension {
    match dimension {
        Dimension::Provider => pb::StatisticsDimension::Provider,
        Dimension::Month => pb::StatisticsDimension::Month,
        Dimension::Day => pb::StatisticsDimension::Day,
        Dimension::Procedure => pb::StatisticsDimension::Procedure,
        Dimension::Form => pb::StatisticsDimension::Form,
        Dimension::Result => pb::StatisticsDimension::Result,
        Dimension::Ground => pb::StatisticsDimension::Ground,
        Dimension::Timeliness => pb::StatisticsDimension::Timeliness,
    }
}

/// Statistics as sent.
pub(super) fn statistics(
    statistics: &Statistics,
    providers: &Providers,
) -> pb::GetStatisticsResponse {
    let Through { number, at, head } = &statistics.through;
    let dimensions = &statistics.dimensions;
    let groups = statistics.groups.iter();
    let groups = groups.map(|(key, of)| pb::StatisticsGroup {
        keys: keys(dimensions, key, providers),
        figures: Some(figures(of)),
    });
    pb::GetStatisticsResponse {
        groups: groups.collect(),
        total: Some(figures(&statistics.total)),
        counted_through: *number,
        counted_through_at: at.map(timestamp),
        journal_head: *head,
    }
}

fn keys(dimensions: &[Dimension], key: &Key, providers: &Providers) -> Vec<pb::StatisticsKey> {
    let keys = dimensions.iter().zip(key);
    keys.map(|(of, code)| pb::StatisticsKey {
        dimension: dimension(*of).into(),
        code: code.clone(),
        label: Some(localized(label(*of, code, providers))),
    })
    .collect()
}

/// A code in words; what is its own name, such as a day, in itself.
fn label(dimension: Dimension, code: &str, providers: &Providers) -> Localized {
    let known = match dimension {
        Dimension::Provider => providers.by_id(code).map(|provider| provider.name.clone()),
        Dimension::Month | Dimension::Day => None,
        Dimension::Procedure => Procedure::from_code(code).map(Procedure::label),
        Dimension::Form => Form::from_code(code).map(Form::label),
        Dimension::Result => Outcome::from_code(code).map(Outcome::label),
        Dimension::Ground if code.is_empty() => Some(Localized::of(
            "бас тартылмаған",
            "без отказа",
            "not refused",
        )),
        Dimension::Ground => Ground::from_code(code).map(Ground::label),
        Dimension::Timeliness => Timeliness::from_code(code).map(Timeliness::label),
    };
    known.unwrap_or_else(|| Localized::of(code, code, code))
}

fn figures(figures: &Figures) -> pb::StatisticsFigures {
    let open = figures.of(Outcome::Open);
    pb::StatisticsFigures {
        applications: figures.all(),
        granted: figures.of(Outcome::Granted),
        refused: figures.of(Outcome::Refused),
        withdrawn: figures.of(Outcome::Withdrawn),
        open,
        in_time: figures.of_timeliness(Timeliness::InTime),
        late: figures.of_timeliness(Timeliness::Late),
        overdue: figures.of_timeliness(Timeliness::Overdue),
        filed_late: figures.filed_late,
        grounds: figures
            .grounds
            .iter()
            .map(|(ground, refused)| pb::StatisticsGround {
                ground: ground_code(*ground).into(),
                refused: *refused,
            })
            .collect(),
        working_days_median: figures.decided_within(50),
        working_days_p90: figures.decided_within(90),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_words_in_three_languages() {
        let providers = Providers::default();
        let outcomes = Outcome::ALL.map(|it| (Dimension::Result, it.code()));
        let timeliness = Timeliness::ALL.map(|it| (Dimension::Timeliness, it.code()));
        let procedures = Procedure::ALL.map(|it| (Dimension::Procedure, it.code()));
        let forms = Form::ALL.map(|it| (Dimension::Form, it.code()));
        let grounds = ["", "G1", "G5"].map(|code| (Dimension::Ground, code));
        let all = outcomes.into_iter().chain(timeliness).chain(procedures);
        for (dimension, code) in all.chain(forms).chain(grounds) {
            let label = label(dimension, code, &providers);
            assert!(label.is_complete(), "{code}");
            assert_ne!(label.kk, label.ru, "{code}");
            assert_ne!(label.en, code);
        }
        let day = label(Dimension::Day, "2026-11-24", &providers);
        assert_eq!(day.kk, "2026-11-24");
    }
}
