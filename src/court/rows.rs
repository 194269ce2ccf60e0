//! Cases in court, what was filed and what was decided in them, as rows.
//! A row that breaks an invariant is a corrupt row, never a panic.

use sea_orm::{ColumnTrait as _, DatabaseConnection, EntityTrait as _, QueryFilter as _};

use super::{
    act::{Act, RecordedAct},
    effect::{Effect, Restraint},
    model::{ActKind, Action, Annulment, Challenge, Claimant, CourtCase, OfEntry},
    papers::{FiledPaper, RecordedResponse},
};
use crate::{
    application::rows::handover,
    kernel::{Bin, ComplaintId, CourtCaseId, Personal, Problem, Text, parse_date},
    store::{StoreFault, during},
};

pub(crate) mod case {
    //! One row per case. `restraint` follows from its acts, `wakes_at` from what is owed.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "court_case")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) id: Uuid,
        pub(crate) number: String,
        pub(crate) version: i64,
        pub(crate) provider_id: String,
        pub(crate) cooperative_bin: String,
        pub(crate) application_id: Uuid,
        pub(crate) application_number: String,
        pub(crate) entry_id: Option<Uuid>,
        pub(crate) entry_number: Option<String>,
        pub(crate) complaint_id: Option<Uuid>,
        pub(crate) claimant: String,
        pub(crate) challenge: String,
        pub(crate) court: String,
        pub(crate) case_number: String,
        pub(crate) filed_on: String,
        pub(crate) served_on: String,
        pub(crate) reached_directly: bool,
        pub(crate) refused_at: Option<DateTimeUtc>,
        pub(crate) recorded_at: DateTimeUtc,
        pub(crate) recorded_by: String,
        pub(crate) answered_at: Option<DateTimeUtc>,
        pub(crate) position_filed: bool,
        pub(crate) restraint: Option<String>,
        pub(crate) annulled_version: Option<i32>,
        pub(crate) annulled_at: Option<DateTimeUtc>,
        pub(crate) extract_sent_at: Option<DateTimeUtc>,
        pub(crate) handover_reason: Option<String>,
        pub(crate) handover_known_at: Option<DateTimeUtc>,
        pub(crate) handover_due_at: Option<DateTimeUtc>,
        pub(crate) handed_over_at: Option<DateTimeUtc>,
        pub(crate) handover_overdue: bool,
        pub(crate) wakes_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod response {
    //! One row per filing with a court, never changed. Papers are JSON.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "court_response")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) court_case_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) case_version: i64,
        pub(crate) response: String,
        pub(crate) position: Option<String>,
        pub(crate) filed_on: String,
        pub(crate) recorded_at: DateTimeUtc,
        pub(crate) recorded_by: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod act {
    //! One row per act of a court, never changed; with the entry that it has an effect on, if it has one.
    use sea_orm::entity::prelude::*;

    #[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "court_act")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) court_case_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) case_version: i64,
        pub(crate) entry_id: Option<Uuid>,
        pub(crate) kind: String,
        pub(crate) court: Option<String>,
        pub(crate) number: String,
        pub(crate) decided_on: String,
        pub(crate) in_force_on: Option<String>,
        pub(crate) document_id: Uuid,
        pub(crate) sha256: String,
        pub(crate) effect: String,
        pub(crate) annulled_refusal: Option<String>,
        pub(crate) recorded_at: DateTimeUtc,
        pub(crate) recorded_by: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    /// Never shows the refusal: its words may speak of persons.
    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.debug_struct("CourtAct")
                .field("court_case_id", &self.court_case_id)
                .field("case_version", &self.case_version)
                .finish_non_exhaustive()
        }
    }
}

/// Finds a case.
pub(crate) async fn case_by_id(
    reads: &DatabaseConnection,
    id: CourtCaseId,
) -> Result<Option<CourtCase>, StoreFault> {
    let row = case::Entity::find_by_id(id.get())
        .one(reads)
        .await
        .map_err(during("read a court case"))?;
    row.map(from_row).transpose()
}

/// What was filed in a case, in order.
pub(crate) async fn responses_of(
    reads: &DatabaseConnection,
    id: CourtCaseId,
) -> Result<Vec<RecordedResponse>, StoreFault> {
    let mut rows = response::Entity::find()
        .filter(response::Column::CourtCaseId.eq(id.get()))
        .all(reads)
        .await
        .map_err(during("read what was filed with a court"))?;
    rows.sort_unstable_by_key(|row| row.case_version);
    rows.into_iter().map(response_from_row).collect()
}

/// What was decided in a case, in order.
pub(crate) async fn acts_of(
    reads: &DatabaseConnection,
    id: CourtCaseId,
) -> Result<Vec<RecordedAct>, StoreFault> {
    let mut rows = act::Entity::find()
        .filter(act::Column::CourtCaseId.eq(id.get()))
        .all(reads)
        .await
        .map_err(during("read the acts of a court"))?;
    rows.sort_unstable_by_key(|row| row.case_version);
    rows.into_iter().map(act_from_row).collect()
}

/// The row of a case.
pub(super) fn to_row(case: &CourtCase) -> case::Model {
    let (action, entry) = (&case.action, case.entry.as_ref());
    let made = case.annulment.as_ref();
    let handover = made.and_then(|made| made.handover.as_ref());
    case::Model {
        id: case.id.get(),
        number: case.number.clone(),
        version: case.version,
        provider_id: case.provider_id.clone(),
        cooperative_bin: case.cooperative.to_string(),
        application_id: action.application.get(),
        application_number: case.application_number.clone(),
        entry_id: entry.map(|entry| entry.id.get()),
        entry_number: entry.map(|entry| entry.number.clone()),
        complaint_id: action.complaint.map(ComplaintId::get),
        claimant: action.claimant.code().to_owned(),
        challenge: action.challenge.code().to_owned(),
        court: action.court.to_string(),
        case_number: action.case_number.to_string(),
        filed_on: action.filed_on.to_string(),
        served_on: action.served_on.to_string(),
        reached_directly: action.reached_directly,
        refused_at: case.refused_at,
        recorded_at: case.recorded_at,
        recorded_by: case.recorded_by.clone(),
        answered_at: case.answered_at,
        position_filed: case.position_filed,
        restraint: case.restraint.map(|restraint| restraint.code().to_owned()),
        annulled_version: made.map(|made| made.entry_version),
        annulled_at: made.map(|made| made.made_at),
        extract_sent_at: made.and_then(|made| made.sent_at),
        handover_reason: handover.map(|handover| handover.reason.code().to_owned()),
        handover_known_at: handover.map(|handover| handover.known_at),
        handover_due_at: handover.map(|handover| handover.due_at),
        handed_over_at: handover.and_then(|handover| handover.handed_over_at),
        handover_overdue: handover.is_some_and(|handover| handover.overdue),
        wakes_at: case.wakes_at(),
    }
}

/// The row of a filing, of a case as it stands after it.
pub(super) fn response_row(
    case: &CourtCase,
    recorded: &RecordedResponse,
) -> Result<response::Model, StoreFault> {
    let json = |paper: &FiledPaper| {
        serde_json::to_string(paper).map_err(|error| StoreFault::json("court paper", error))
    };
    Ok(response::Model {
        court_case_id: case.id.get(),
        case_version: case.version,
        response: json(&recorded.response)?,
        position: recorded.position.as_ref().map(json).transpose()?,
        filed_on: recorded.filed_on.to_string(),
        recorded_at: recorded.recorded_at,
        recorded_by: recorded.recorded_by.clone(),
    })
}

/// The row of an act, of a case as it stands after it.
pub(super) fn act_row(case: &CourtCase, recorded: &RecordedAct) -> Result<act::Model, StoreFault> {
    let act = &recorded.act;
    let entry = case.entry.as_ref();
    let entry = entry.filter(|_| act.effect.is_on_the_entry());
    let annulled = recorded.annulled_refusal.as_ref().map(Personal::disclose);
    let annulled = annulled.map(serde_json::to_string).transpose();
    Ok(act::Model {
        court_case_id: case.id.get(),
        case_version: case.version,
        entry_id: entry.map(|entry| entry.id.get()),
        kind: act.kind.code().to_owned(),
        court: act.court.as_ref().map(ToString::to_string),
        number: act.number.to_string(),
        decided_on: act.decided_on.to_string(),
        in_force_on: act.in_force_on.map(|on| on.to_string()),
        document_id: act.document.get(),
        sha256: recorded.sha256.clone(),
        effect: act.effect.code().to_owned(),
        annulled_refusal: annulled.map_err(|error| StoreFault::json("court act", error))?,
        recorded_at: recorded.recorded_at,
        recorded_by: recorded.recorded_by.clone(),
    })
}

/// The case of a row.
pub(super) fn from_row(row: case::Model) -> Result<CourtCase, StoreFault> {
    let corrupt = |problem: Problem| StoreFault::corrupt("court case", problem.to_string());
    let unknown = |what: &str| StoreFault::corrupt("court case", format!("has an unknown {what}"));
    let handover = handover(
        "court case",
        row.handover_reason.as_deref(),
        (row.handover_known_at, row.handover_due_at),
        (row.handed_over_at, row.handover_overdue),
    )?;
    let made = row.annulled_version.zip(row.annulled_at);
    let restraint = row.restraint.as_deref().map(|code| {
        let restraint = Restraint::from_code(code);
        restraint.ok_or_else(|| unknown("restraint"))
    });
    Ok(CourtCase {
        id: row.id.into(),
        number: row.number,
        version: row.version,
        provider_id: row.provider_id,
        cooperative: Bin::parse(&row.cooperative_bin).map_err(corrupt)?,
        application_number: row.application_number,
        entry: row
            .entry_id
            .zip(row.entry_number)
            .map(|(id, number)| OfEntry {
                id: id.into(),
                number,
            }),
        action: Action {
            application: row.application_id.into(),
            complaint: row.complaint_id.map(Into::into),
            claimant: Claimant::from_code(&row.claimant).ok_or_else(|| unknown("claimant"))?,
            challenge: Challenge::from_code(&row.challenge).ok_or_else(|| unknown("challenge"))?,
            court: Text::parse(&row.court).map_err(corrupt)?,
            case_number: Text::parse(&row.case_number).map_err(corrupt)?,
            filed_on: parse_date(&row.filed_on).map_err(corrupt)?,
            served_on: parse_date(&row.served_on).map_err(corrupt)?,
            reached_directly: row.reached_directly,
        },
        refused_at: row.refused_at,
        recorded_at: row.recorded_at,
        recorded_by: row.recorded_by,
        answered_at: row.answered_at,
        position_filed: row.position_filed,
        restraint: restraint.transpose()?,
        annulment: made.map(|(entry_version, made_at)| Annulment {
            entry_version,
            made_at,
            sent_at: row.extract_sent_at,
            handover,
        }),
    })
}

fn response_from_row(row: response::Model) -> Result<RecordedResponse, StoreFault> {
    let corrupt = |problem: Problem| StoreFault::corrupt("court case", problem.to_string());
    let paper = |json: &str| {
        let read = serde_json::from_str::<FiledPaper>(json);
        read.map_err(|error| StoreFault::json("court paper", error))
    };
    Ok(RecordedResponse {
        response: paper(&row.response)?,
        position: row.position.as_deref().map(paper).transpose()?,
        filed_on: parse_date(&row.filed_on).map_err(corrupt)?,
        recorded_at: row.recorded_at,
        recorded_by: row.recorded_by,
    })
}

/// The act of a row.
pub(super) fn act_from_row(row: act::Model) -> Result<RecordedAct, StoreFault> {
    let corrupt = |problem: Problem| StoreFault::corrupt("court act", problem.to_string());
    let unknown = |what: &str| StoreFault::corrupt("court act", format!("has an unknown {what}"));
    let court = row.court.as_deref().map(Text::parse);
    let in_force_on = row.in_force_on.as_deref().map(parse_date);
    let annulled = row.annulled_refusal.as_deref().map(serde_json::from_str);
    let annulled = annulled.transpose();
    let annulled = annulled.map_err(|error| StoreFault::json("court act", error))?;
    Ok(RecordedAct {
        act: Act {
            kind: ActKind::from_code(&row.kind).ok_or_else(|| unknown("kind"))?,
            court: court.transpose().map_err(corrupt)?,
            number: Text::parse(&row.number).map_err(corrupt)?,
            decided_on: parse_date(&row.decided_on).map_err(corrupt)?,
            in_force_on: in_force_on.transpose().map_err(corrupt)?,
            document: row.document_id.into(),
            effect: Effect::from_code(&row.effect).ok_or_else(|| unknown("effect"))?,
        },
        sha256: row.sha256,
        annulled_refusal: annulled.map(Personal::new),
        recorded_at: row.recorded_at,
        recorded_by: row.recorded_by,
    })
}
