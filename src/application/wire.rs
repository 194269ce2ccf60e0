//! Applications as they are sent. The wire stops here.

use super::{
    checks,
    checks::proposed_grounds,
    form::Form,
    model::{Application, DueMark, Handover, HandoverReason},
    procedure::Procedure,
    refusal,
    stage::{ComplaintStage, Stage, StageCode},
};
use crate::{pb::registry::v1 as pb, rpc::timestamp};

/// An application as sent, without the agreement.
pub(crate) fn application(mut application: Application) -> pb::Application {
    let findings = std::mem::take(&mut application.findings);
    let proposed = proposed_grounds(&findings);
    pb::Application {
        proposed_grounds: proposed.iter().map(refusal::wire::ground).collect(),
        findings: findings.into_iter().map(checks::wire::finding).collect(),
        refusal: refusal(&application),
        ..summary(application)
    }
}

/// An application as sent in lists, without agreement and findings.
pub(crate) fn summary(application: Application) -> pb::Application {
    let etag = application.etag();
    let due_mark = application.due_mark();
    pb::Application {
        application_id: application.id.to_string(),
        application_number: application.number,
        etag,
        stage: stage(application.stage).into(),
        procedure: procedure(application.procedure).into(),
        form: form(application.form).into(),
        provider_id: application.provider_id,
        cooperative_bin: application.cooperative.to_string(),
        received_at: Some(timestamp(application.received_at)),
        registered_at: Some(timestamp(application.registered_at)),
        due_at: Some(timestamp(application.due_at)),
        calendar_version: application.calendar_version,
        overdue: application.overdue,
        filed_late: application.filed_late,
        officer: application.officer.unwrap_or_default(),
        agreement: None,
        change: None,
        agreement_sha256: application.agreement_sha256,
        document_id: text(application.document.as_ref()),
        findings: Vec::new(),
        proposed_grounds: Vec::new(),
        refusal: None,
        entry_id: text(application.entry.as_ref()),
        refused_application_id: text(application.refused_application.as_ref()),
        handover: application.handover.as_ref().map(handover),
        near_due_at: Some(timestamp(application.near_due_at)),
        reopened_at: application.reopened_at.map(timestamp),
        court_restraints: Vec::new(),
        due_mark: due_mark
            .map_or(pb::DueMark::Unspecified, self::due_mark)
            .into(),
    }
}

/// How near to the due moment, as sent.
pub(crate) const fn due_mark(mark: DueMark) -> pb::DueMark {
    match mark {
        DueMark::OnTime => pb::DueMark::OnTime,
        DueMark::NearDue => pb::DueMark::NearDue,
        DueMark::Overdue => pb::DueMark::Overdue,
    }
}

/// A stage or mark as sent.
pub(crate) const fn stage_code(code: StageCode) -> pb::ApplicationStage {
    match code {
        StageCode::Reached(reached) => stage(reached),
        StageCode::Overdue => pb::ApplicationStage::Overdue,
        StageCode::Complaint(stage) => match stage {
            ComplaintStage::Filed => pb::ApplicationStage::ComplaintFiled,
            ComplaintStage::Forwarded => pb::ApplicationStage::ComplaintForwarded,
            ComplaintStage::Satisfied => pb::ApplicationStage::ComplaintSatisfied,
            ComplaintStage::Extended => pb::ApplicationStage::ComplaintExtended,
            ComplaintStage::Decided => pb::ApplicationStage::ComplaintDecided,
        },
    }
}

/// A stage as sent.
pub(crate) const fn stage(stage: Stage) -> pb::ApplicationStage {
    match stage {
        Stage::Received => pb::ApplicationStage::Received,
        Stage::Registered => pb::ApplicationStage::Registered,
        Stage::InReview => pb::ApplicationStage::InReview,
        Stage::AwaitingSignature => pb::ApplicationStage::AwaitingSignature,
        Stage::Granted => pb::ApplicationStage::Granted,
        Stage::Refused => pb::ApplicationStage::Refused,
        Stage::ExtractSent => pb::ApplicationStage::ExtractSent,
        Stage::HandoverPending => pb::ApplicationStage::HandoverPending,
        Stage::ExtractHandedOver => pb::ApplicationStage::ExtractHandedOver,
        Stage::Withdrawn => pb::ApplicationStage::Withdrawn,
    }
}

/// A procedure as sent.
pub(crate) const fn procedure(procedure: Procedure) -> pb::Procedure {
    match procedure {
        Procedure::ParticipationAgreement => pb::Procedure::ParticipationAgreement,
        Procedure::Amendment => pb::Procedure::Amendment,
        Procedure::Assignment => pb::Procedure::Assignment,
        Procedure::Deregistration => pb::Procedure::Deregistration,
    }
}

/// A procedure as it was sent; none if it was left out.
pub(crate) const fn procedure_of(procedure: pb::Procedure) -> Option<Procedure> {
    match procedure {
        pb::Procedure::Unspecified => None,
        pb::Procedure::ParticipationAgreement => Some(Procedure::ParticipationAgreement),
        pb::Procedure::Amendment => Some(Procedure::Amendment),
        pb::Procedure::Assignment => Some(Procedure::Assignment),
        pb::Procedure::Deregistration => Some(Procedure::Deregistration),
    }
}

/// A form as sent.
pub(crate) const fn form(form: Form) -> pb::ApplicationForm {
    match form {
        Form::ElectronicCopy => pb::ApplicationForm::ElectronicCopy,
        Form::ElectronicContract => pb::ApplicationForm::ElectronicContract,
    }
}

fn refusal(application: &Application) -> Option<pb::Refusal> {
    let decided = application.refusal.as_ref()?;
    Some(refusal::wire::refusal(decided, application.decided_at))
}

/// A duty to hand over as sent.
pub(crate) fn handover(handover: &Handover) -> pb::Handover {
    let reason = match handover.reason {
        HandoverReason::NoEmail => pb::HandoverReason::NoEmail,
        HandoverReason::DeliveryFailed => pb::HandoverReason::DeliveryFailed,
    };
    pb::Handover {
        reason: reason.into(),
        known_at: Some(timestamp(handover.known_at)),
        due_at: Some(timestamp(handover.due_at)),
        handed_over_at: handover.handed_over_at.map(timestamp),
        overdue: handover.overdue,
    }
}

fn text(id: Option<&impl ToString>) -> String {
    id.map(ToString::to_string).unwrap_or_default()
}
