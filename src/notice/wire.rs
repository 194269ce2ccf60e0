//! Changes of the Rules and notices as they are sent. The wire stops here.
//! It never sends an e-mail address.

use chrono::{DateTime, Utc};

use super::model::{Addressee, Attempt, ChangeFile, LetterState, Notice, RulesChange, Telling};
use crate::{
    administration::act_to_wire,
    kernel::InformedBody,
    pb::registry::v1 as pb,
    rpc::{localized, timestamp},
};

/// A change as sent, without its text.
pub(super) fn summary(change: RulesChange) -> pb::RulesChange {
    pb::RulesChange {
        text: None,
        ..self::change(change)
    }
}

/// A change as sent.
pub(super) fn change(change: RulesChange) -> pb::RulesChange {
    pb::RulesChange {
        rules_change_id: change.id.to_string(),
        act: Some(act_to_wire(&change.act)),
        published_on: change.published_on.to_string(),
        in_force_on: change.in_force_on.to_string(),
        text: Some(localized(change.text)),
        files: change.files.into_iter().map(file).collect(),
        rule_set: change.rule_set.unwrap_or_default(),
        announced_at: Some(timestamp(change.announced_at)),
        due_at: Some(timestamp(change.due_at)),
        calendar_version: change.calendar_version,
        addressee_count: change.addressee_count,
    }
}

/// A file as sent.
pub(super) fn file(file: ChangeFile) -> pb::RulesChangeFile {
    pb::RulesChangeFile {
        document_id: file.id.to_string(),
        file_name: file.name,
        sha256: file.sha256,
        size_bytes: file.size_bytes,
    }
}

/// A notice as sent, without its change and attempts.
pub(super) fn notice(notice: Notice, now: DateTime<Utc>) -> pb::Notice {
    let acknowledgement_late = notice.is_acknowledgement_late(now);
    let letter_count = notice.letter_count();
    let addressee = Some(addressee_of(&notice));
    let letter = notice
        .letter
        .map_or(pb::NoticeLetterState::Unspecified, |letter| {
            match letter.state {
                LetterState::Waiting(_) => pb::NoticeLetterState::Waiting,
                LetterState::Taken => pb::NoticeLetterState::Taken,
                LetterState::Failed => pb::NoticeLetterState::Failed,
                LetterState::Dropped => pb::NoticeLetterState::Dropped,
            }
        });
    let told_by = notice
        .told
        .map_or(pb::NoticeTelling::Unspecified, |told| match told.by {
            Telling::Mail => pb::NoticeTelling::Mail,
            Telling::Acknowledgement => pb::NoticeTelling::Acknowledgement,
        });
    let (acknowledged_at, acknowledged_by) = notice.acknowledged.unzip();
    pb::Notice {
        notice_id: notice.id.to_string(),
        change: None,
        addressee,
        due_at: Some(timestamp(notice.due_at)),
        overdue: notice.overdue,
        told_at: notice.told.map(|told| timestamp(told.at)),
        told_by: told_by.into(),
        letter: letter.into(),
        letter_count,
        acknowledged_at: acknowledged_at.map(timestamp),
        acknowledged_by: acknowledged_by.unwrap_or_default(),
        acknowledgement_due_at: notice.acknowledgement_due_at.map(timestamp),
        acknowledgement_late,
        remind_at: notice.remind_at.map(timestamp),
        attempts: Vec::new(),
    }
}

/// An addressee as sent.
pub(super) fn addressee_of(notice: &Notice) -> pb::NoticeAddressee {
    let (kind, provider_id) = match &notice.addressee {
        Addressee::Provider(id) => (pb::NoticeAddresseeKind::Provider, id.clone()),
        Addressee::Body(body) => (kind(*body), String::new()),
    };
    pb::NoticeAddressee {
        kind: kind.into(),
        provider_id,
        bin: notice.bin.to_string(),
        name: Some(localized(notice.name.clone())),
    }
}

/// An attempt as sent.
pub(super) fn attempt(attempt: Attempt) -> pb::NoticeAttempt {
    pb::NoticeAttempt {
        letter: attempt.letter,
        attempted_at: Some(timestamp(attempt.at)),
        taken: attempt.taken,
        answer: attempt.answer,
    }
}

const fn kind(body: InformedBody) -> pb::NoticeAddresseeKind {
    match body {
        InformedBody::StateCorporation => pb::NoticeAddresseeKind::StateCorporation,
        InformedBody::EgovOperator => pb::NoticeAddresseeKind::EgovOperator,
        InformedBody::ContactCentre => pb::NoticeAddresseeKind::ContactCentre,
    }
}
