//! A correction is rejected: why, and how to complain, in the three languages (APPK 82, 91, 92).
//! It never changes the entry, and never rejects without reasons.

use std::sync::Arc;

use chrono::NaiveDate;
use sea_orm::DatabaseConnection;

use super::{
    addressed::{Address, Addressed, require_state},
    model::{Correction, CorrectionState, Moved},
    prepare::DECIDABLE,
    wire,
};
use crate::{
    application::{Objection, Office, agreement::parse::text, refusal::how_to_complain},
    authz::{Permit, RejectCorrection},
    kernel::{Localized, Moment, Personal, Text},
    pb::registry::v1 as pb,
    provider::Provider,
    rpc::{FieldErrors, Malformed},
    store::{Changes, Command, RequestKey, StoreFault},
};

/// The command to reject a correction.
pub(super) struct Reject {
    addressed: Addressed<RejectCorrection>,
    reasons: Localized,
}

impl Reject {
    pub(super) fn parse(
        office: Arc<Office>,
        permit: Permit<RejectCorrection>,
        message: &pb::RejectCorrectionRequest,
    ) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let address = Address {
            request_id: &message.request_id,
            id: &message.correction_id,
            etag: &message.etag,
        };
        let addressed = Addressed::parse(office, permit, message, &address, &mut errors);
        let reasons = errors.present("reasons", message.reasons.as_ref());
        let reasons = reasons
            .and_then(|reasons| errors.at("reasons", |errors| read_reasons(reasons, errors)));
        match (addressed, reasons) {
            (Some(addressed), Some(reasons)) => errors.into_result(Self { addressed, reasons }),
            _ => Err(errors.into_malformed()),
        }
    }
}

fn read_reasons(pb: &pb::LocalizedText, errors: &mut FieldErrors) -> Option<Localized> {
    let mut read = |language, given: &str| -> Option<Text<2000>> { text(errors, language, given) };
    let (kk, ru, en) = (read("kk", &pb.kk), read("ru", &pb.ru), read("en", &pb.en));
    Some(Localized::of(kk?.as_str(), ru?.as_str(), en?.as_str()))
}

/// The whole text of a rejection.
fn written(
    correction: &Correction,
    provider: &Provider,
    reasons: &Localized,
    on: NaiveDate,
) -> Localized {
    let complaint = how_to_complain(&provider.name, &provider.reviewing_body);
    let (number, entry, on) = (
        &correction.number,
        &correction.entry_number,
        on.format("%d.%m.%Y"),
    );
    Localized {
        kk: format!(
            "ТҮЗЕТУДЕН ДӘЛЕЛДІ БАС ТАРТУ\n\
             Көрсетілетін қызметті беруші: {}\nТүзетудің нөмірі: {number}\n\
             Есептік жазбаның нөмірі: {entry}\nКүні: {on}\n\n\
             Қазақстан Республикасы Әкімшілік рәсімдік-процестік кодексінің 82-бабы негізінде есептік \
             жазбадағы қателерді түзетуден бас тартылды.\n\nСебептері:\n{}\n\n{}",
            provider.name.kk, reasons.kk, complaint.kk
        ),
        ru: format!(
            "МОТИВИРОВАННЫЙ ОТКАЗ В ИСПРАВЛЕНИИ\n\
             Услугодатель: {}\nНомер исправления: {number}\n\
             Номер учётной записи: {entry}\nДата: {on}\n\n\
             На основании статьи 82 Административного процедурно-процессуального кодекса Республики \
             Казахстан в исправлении ошибок в учётной записи отказано.\n\nМотивы:\n{}\n\n{}",
            provider.name.ru, reasons.ru, complaint.ru
        ),
        en: format!(
            "REASONED REJECTION OF A CORRECTION\n\
             Service provider: {}\nNumber of the correction: {number}\n\
             Number of the register entry: {entry}\nDate: {on}\n\n\
             On the basis of article 82 of the Administrative Procedural Code of the Republic of \
             Kazakhstan the correction of slips in the register entry is refused.\n\nReasons:\n{}\n\n{}",
            provider.name.en, reasons.en, complaint.en
        ),
    }
}

impl Command for Reject {
    type Loaded = Option<Correction>;
    type Decided = Moved;
    type Refusal = Objection;
    type Answer = pb::RejectCorrectionResponse;

    fn request(&self) -> Option<&RequestKey> {
        Some(&self.addressed.request)
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Self::Loaded, StoreFault> {
        self.addressed.load(reads).await
    }

    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Moved, Objection> {
        let correction = self.addressed.checked(loaded)?;
        require_state(&correction, DECIDABLE)?;
        let office = &self.addressed.office;
        let provider = office.decider(&correction.provider_id)?;
        let text = written(&correction, &provider, &self.reasons, moment.today);
        Ok(Moved::by(correction, "correction_rejected", moment.instant)
            .to(CorrectionState::Rejected)
            .with(|correction| {
                correction.rejection = Some(Personal::new(text));
                correction.decided_at = Some(moment.instant);
            }))
    }

    fn changes(&self, moved: &Moved) -> Result<Changes, StoreFault> {
        self.addressed.changes(moved)
    }

    fn answer(&self, moved: Moved) -> pb::RejectCorrectionResponse {
        pb::RejectCorrectionResponse {
            correction: Some(wire::correction(moved.correction)),
            replayed: false,
        }
    }
}
