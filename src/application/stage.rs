//! The stages of the service, with one name each for the store, the messages and people (cl. 13).
//! It never decides which stage follows which.

use serde::{Deserialize, Serialize};

use crate::kernel::Localized;

/// Where an application stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Stage {
    /// Stored with its exact time, not yet registered.
    Received,
    /// Registered; the due moment is fixed.
    Registered,
    /// The automatic checks have run, or an officer took it.
    InReview,
    /// All checks passed; the head's signature is missing.
    AwaitingSignature,
    /// In the register; the extract is being formed and sent.
    Granted,
    /// Refused with reasons.
    Refused,
    /// The extract left for the shareholder's e-mail.
    ExtractSent,
    /// No e-mail, or delivery failed for good: the cooperative owes the hand-over.
    HandoverPending,
    /// The cooperative confirmed the hand-over.
    ExtractHandedOver,
    /// Withdrawn by the cooperative before the decision.
    Withdrawn,
}

/// What the monitoring system is told: a stage that was reached, or a mark that leaves the
/// application where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StageCode {
    /// The application reached a stage.
    Reached(Stage),
    /// The due moment passed without a decision (D-22).
    Overdue,
    /// Something became of a complaint about the application (cl. 14, 15).
    Complaint(ComplaintStage),
}

/// What becomes of a complaint; it leaves the application where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ComplaintStage {
    /// It was filed.
    Filed,
    /// It went on to the reviewing body, with the case.
    Forwarded,
    /// The provider satisfied it fully.
    Satisfied,
    /// The term of its decision was extended.
    Extended,
    /// It was decided, or counts as refused because its term passed in silence.
    Decided,
}

impl Stage {
    /// Every stage, in the order of the service.
    pub const ALL: [Self; 10] = [
        Self::Received,
        Self::Registered,
        Self::InReview,
        Self::AwaitingSignature,
        Self::Granted,
        Self::Refused,
        Self::ExtractSent,
        Self::HandoverPending,
        Self::ExtractHandedOver,
        Self::Withdrawn,
    ];

    /// The name in the store and in messages.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Received => "RECEIVED",
            Self::Registered => "REGISTERED",
            Self::InReview => "IN_REVIEW",
            Self::AwaitingSignature => "AWAITING_SIGNATURE",
            Self::Granted => "GRANTED",
            Self::Refused => "REFUSED",
            Self::ExtractSent => "EXTRACT_SENT",
            Self::HandoverPending => "HANDOVER_PENDING",
            Self::ExtractHandedOver => "EXTRACT_HANDED_OVER",
            Self::Withdrawn => "WITHDRAWN",
        }
    }

    /// Finds the stage of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }

    /// Whether the service has ended.
    pub const fn is_final(self) -> bool {
        match self {
            Self::Refused | Self::ExtractSent | Self::ExtractHandedOver | Self::Withdrawn => true,
            Self::Received
            | Self::Registered
            | Self::InReview
            | Self::AwaitingSignature
            | Self::Granted
            | Self::HandoverPending => false,
        }
    }

    /// The clause of the Rules, or the obligation, that the stage comes from.
    pub const fn clause(self) -> &'static str {
        match self {
            Self::Received => "5, 7",
            Self::Registered => "7",
            Self::InReview => "8",
            Self::AwaitingSignature | Self::Granted => "9, 11",
            Self::Refused => "9",
            Self::ExtractSent | Self::HandoverPending | Self::ExtractHandedOver => "11",
            Self::Withdrawn => "O-71",
        }
    }

    /// The name for people.
    pub fn label(self) -> Localized {
        let (kk, ru, en) = match self {
            Self::Received => (
                "Өтінім келіп түсті",
                "Заявка поступила",
                "Application received",
            ),
            Self::Registered => (
                "Өтінім тіркелді",
                "Заявка зарегистрирована",
                "Application registered",
            ),
            Self::InReview => (
                "Сәйкестігі тексерілуде",
                "Проводится проверка на соответствие",
                "Compliance check under way",
            ),
            Self::AwaitingSignature => (
                "Көрсетілетін қызметті берушінің қолы күтілуде",
                "Ожидается подпись услугодателя",
                "Awaiting the service provider's signature",
            ),
            Self::Granted => (
                "Шарт есепке қойылды",
                "Договор поставлен на учёт",
                "Agreement entered in the register",
            ),
            Self::Refused => (
                "Дәлелді бас тарту жіберілді",
                "Направлен мотивированный отказ",
                "Reasoned refusal sent",
            ),
            Self::ExtractSent => (
                "Үзінді көшірме пайшының электрондық поштасына жіберілді",
                "Выписка направлена на электронную почту пайщика",
                "Extract sent to the shareholder's e-mail",
            ),
            Self::HandoverPending => (
                "Үзінді көшірмені қолма-қол беру күтілуде",
                "Ожидается вручение выписки нарочно",
                "Hand-over of the extract pending",
            ),
            Self::ExtractHandedOver => (
                "Үзінді көшірме қолма-қол берілді",
                "Выписка вручена нарочно",
                "Extract handed over",
            ),
            Self::Withdrawn => (
                "Өтінім кері қайтарып алынды",
                "Заявка отозвана",
                "Application withdrawn",
            ),
        };
        Localized::of(kk, ru, en)
    }
}

impl ComplaintStage {
    /// Every one, in the order of the law.
    pub const ALL: [Self; 5] = [
        Self::Filed,
        Self::Forwarded,
        Self::Satisfied,
        Self::Extended,
        Self::Decided,
    ];

    const fn code(self) -> &'static str {
        match self {
            Self::Filed => "COMPLAINT_FILED",
            Self::Forwarded => "COMPLAINT_FORWARDED",
            Self::Satisfied => "COMPLAINT_SATISFIED",
            Self::Extended => "COMPLAINT_EXTENDED",
            Self::Decided => "COMPLAINT_DECIDED",
        }
    }

    const fn clause(self) -> &'static str {
        match self {
            Self::Filed | Self::Forwarded | Self::Satisfied => "14",
            Self::Extended => "15, D-18",
            Self::Decided => "14, 15",
        }
    }

    fn label(self) -> Localized {
        let (kk, ru, en) = match self {
            Self::Filed => ("Шағым берілді", "Подана жалоба", "Complaint filed"),
            Self::Forwarded => (
                "Шағым шағымды қарайтын органға жіберілді",
                "Жалоба направлена в орган, рассматривающий жалобу",
                "Complaint forwarded to the reviewing body",
            ),
            Self::Satisfied => (
                "Шағым толық қанағаттандырылды",
                "Жалоба удовлетворена полностью",
                "Complaint satisfied in full",
            ),
            Self::Extended => (
                "Шағымды қарау мерзімі ұзартылды",
                "Срок рассмотрения жалобы продлён",
                "Term of the complaint extended",
            ),
            Self::Decided => (
                "Шағым бойынша шешім қабылданды",
                "По жалобе принято решение",
                "Complaint decided",
            ),
        };
        Localized::of(kk, ru, en)
    }
}

impl StageCode {
    /// Every mark beside the stages.
    pub fn marks() -> impl Iterator<Item = Self> {
        let of_complaints = ComplaintStage::ALL.into_iter().map(Self::Complaint);
        std::iter::once(Self::Overdue).chain(of_complaints)
    }

    /// The name in the journal and in messages.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Reached(stage) => stage.code(),
            Self::Overdue => "OVERDUE",
            Self::Complaint(stage) => stage.code(),
        }
    }

    /// Finds the stage or mark of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        let mark = Self::marks().find(|mark| mark.code() == code);
        mark.or_else(|| Stage::from_code(code).map(Self::Reached))
    }

    /// The clause of the Rules, or the obligation, that it comes from.
    pub const fn clause(self) -> &'static str {
        match self {
            Self::Reached(stage) => stage.clause(),
            Self::Overdue => "13, O-76",
            Self::Complaint(stage) => stage.clause(),
        }
    }

    /// The name for people.
    pub fn label(self) -> Localized {
        match self {
            Self::Reached(stage) => stage.label(),
            Self::Overdue => Localized::of(
                "Қызметті көрсету мерзімі өтіп кетті",
                "Срок оказания услуги истёк",
                "The term of the service has passed",
            ),
            Self::Complaint(stage) => stage.label(),
        }
    }
}

impl From<Stage> for StageCode {
    fn from(stage: Stage) -> Self {
        Self::Reached(stage)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_stage_is_stored_under_its_code() {
        for stage in Stage::ALL {
            assert_eq!(Stage::from_code(stage.code()), Some(stage));
            assert_eq!(serde_json::to_value(stage).unwrap(), stage.code());
        }
        assert_eq!(Stage::from_code("OVERDUE"), None);
    }

    #[test]
    fn every_stage_and_mark_has_its_own_code_and_label() {
        let mut codes: Vec<StageCode> = Stage::ALL.map(StageCode::from).to_vec();
        codes.extend(StageCode::marks());
        let labels: BTreeSet<String> = codes.iter().map(|code| code.label().kk).collect();
        assert_eq!(labels.len(), codes.len());
        for code in codes {
            assert_eq!(StageCode::from_code(code.code()), Some(code));
            assert!(code.label().is_complete());
            assert!(!code.clause().is_empty());
        }
        assert_eq!(StageCode::from_code("received"), None);
    }

    #[test]
    fn four_stages_end_the_service() {
        let last: Vec<&str> = Stage::ALL
            .into_iter()
            .filter(|stage| stage.is_final())
            .map(Stage::code)
            .collect();
        assert_eq!(
            last,
            [
                "REFUSED",
                "EXTRACT_SENT",
                "EXTRACT_HANDED_OVER",
                "WITHDRAWN"
            ]
        );
    }
}
