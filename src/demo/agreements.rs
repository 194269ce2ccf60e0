//! Agreements in which everything is right, of the invented world, and requests that file them.
//! An agreement never carries a fault that nobody asked for: what is to be wrong is changed.

use chrono::{Days, Months, NaiveDate};
use prost::Message as _;

use super::{
    client::new_request_id,
    parties::{Cooperative, Person, World},
};
use crate::{
    pb::registry::v1::{
        self as pb, electronic_copy::Content, shareholder::Mailbox,
        submit_application_request::Form,
    },
    signature::IdentityFault,
};

/// Of the whole building: total cost and total area, and of the share its area. The contribution is
/// the share's part of the cost (cl. 2(2)): 10 860 000,00 tenge.
const TOTAL_COST_TIYN: i64 = 100_000_000_000;
const TOTAL_AREA_DM2: i32 = 500_000;
const SHARE_AREA_DM2: i32 = 5_430;
const DEPOSIT_TIYN: i64 = 86_000_000;
const REST_TIYN: i64 = 1_000_000_000;

/// An agreement to be filed.
#[derive(Clone, Debug)]
pub struct Agreement<'world> {
    world: &'world World,
    cooperative: &'world Cooperative,
    shareholder: &'world Person,
    message: pb::ParticipationAgreement,
}

/// The agreement of the cooperative with the shareholder on an apartment.
pub fn agreement(world: &World, share_no: u32) -> Agreement<'_> {
    let (cooperative, shareholder) = (&world.cooperative, &world.shareholder);
    let dates = Dates(world.today());
    let message = pb::ParticipationAgreement {
        agreement_number: format!("ҚШ-{share_no}"),
        concluded_on: dates.days_before(1),
        cooperative: Some(cooperative_part(cooperative, &dates)),
        shareholder: Some(shareholder_part(shareholder, &dates)),
        construction_object: Some(construction_object(&dates)),
        share: Some(pb::Share {
            kind: pb::ShareKind::Apartment.into(),
            block: "Б".to_owned(),
            floor: Some(7),
            number: share_no.to_string(),
            area_dm2: SHARE_AREA_DM2,
            room_count: 2,
        }),
        member_share_count: 1,
        contribution: Some(pb::ShareContribution {
            amount_tiyn: DEPOSIT_TIYN.saturating_add(REST_TIYN),
            currency: "KZT".to_owned(),
            payments: vec![
                pb::Payment {
                    due_on: dates.months_after(1),
                    amount_tiyn: DEPOSIT_TIYN,
                },
                pb::Payment {
                    due_on: dates.months_after(20),
                    amount_tiyn: REST_TIYN,
                },
            ],
        }),
        transfer_on: dates.months_after(26),
        admission: Some(admission(&dates)),
        consent: Some(consent(cooperative, &dates)),
    };
    Agreement {
        world,
        cooperative,
        shareholder,
        message,
    }
}

impl<'world> Agreement<'world> {
    /// Changes what the agreement says.
    #[must_use]
    pub fn with(mut self, change: impl FnOnce(&mut pb::ParticipationAgreement)) -> Self {
        change(&mut self.message);
        self
    }

    /// Concludes the agreement with another shareholder.
    #[must_use]
    pub fn concluded_with(mut self, shareholder: &'world Person) -> Self {
        self.shareholder = shareholder;
        let part = shareholder_part(shareholder, &Dates(self.world.today()));
        self.with(|agreement| agreement.shareholder = Some(part))
    }

    /// Lets another cooperative conclude the agreement.
    #[must_use]
    pub fn of_cooperative(mut self, cooperative: &'world Cooperative) -> Self {
        self.cooperative = cooperative;
        let part = cooperative_part(cooperative, &Dates(self.world.today()));
        self.with(|agreement| agreement.cooperative = Some(part))
    }

    /// What the agreement says.
    pub const fn message(&self) -> &pb::ParticipationAgreement {
        &self.message
    }

    /// The request to file it as an electronic contract, signed by both parties.
    pub fn electronic_contract(&self) -> Result<pb::SubmitApplicationRequest, IdentityFault> {
        let agreement = self.message.encode_to_vec();
        let signed_at = self.world.begins_at;
        let chair = &self.cooperative.chair.identity;
        let cooperative_signature = chair.sign_detached(&agreement, signed_at)?;
        let shareholder_signature = self
            .shareholder
            .identity
            .sign_detached(&agreement, signed_at)?;
        Ok(
            self.request(Form::ElectronicContract(pb::ElectronicContract {
                agreement,
                cooperative_signature,
                shareholder_signature,
                former_shareholder_signature: Vec::new(),
            })),
        )
    }

    /// The request to file it as a copy, whose scan was uploaded before, signed by the cooperative.
    pub fn electronic_copy(
        &self,
        document_id: &str,
        scan: &[u8],
    ) -> Result<pb::SubmitApplicationRequest, IdentityFault> {
        let chair = &self.cooperative.chair.identity;
        Ok(self.request(Form::ElectronicCopy(pb::ElectronicCopy {
            content: Some(Content::Agreement(self.message.clone())),
            document_id: document_id.to_owned(),
            cooperative_signature: chair.sign_detached(scan, self.world.begins_at)?,
        })))
    }

    fn request(&self, form: Form) -> pb::SubmitApplicationRequest {
        pb::SubmitApplicationRequest {
            request_id: new_request_id(),
            validate_only: false,
            procedure: pb::Procedure::ParticipationAgreement.into(),
            provider_id: self.world.provider.id.to_owned(),
            form: Some(form),
            refused_application_id: String::new(),
        }
    }
}

fn cooperative_part(cooperative: &Cooperative, dates: &Dates) -> pb::Cooperative {
    pb::Cooperative {
        bin: cooperative.bin.to_string(),
        name: cooperative.name.to_owned(),
        registration_certificate_number: "1207-1910-ТҮҚ".to_owned(),
        registered_on: dates.days_before(600),
        legal_address: "Көктөбе қаласы, Үлгі даңғылы, 14-үй, 3-кеңсе".to_owned(),
        actual_address: "Көктөбе қаласы, Мысал көшесі, 7/2".to_owned(),
        activity_codes: vec!["41201".to_owned()],
        founding_member_count: 12,
        member_count: 60,
        share_count: 92,
        executive: Some(pb::CooperativeExecutive {
            full_name: cooperative.chair.full_name(),
            role: pb::ExecutiveRole::Chair.into(),
        }),
    }
}

pub(super) fn shareholder_part(person: &Person, dates: &Dates) -> pb::Shareholder {
    let mailbox = match &person.email {
        Some(email) => Mailbox::Email(email.as_str().to_owned()),
        None => Mailbox::HasNoEmail(true),
    };
    pb::Shareholder {
        iin: person.iin.as_str().to_owned(),
        surname: person.surname.to_owned(),
        given_name: person.given_name.to_owned(),
        patronymic: person.patronymic.to_owned(),
        residence: "Көктөбе қаласы, Мысал көшесі, 3-үй, 4-пәтер".to_owned(),
        identity_document_number: "N00000001".to_owned(),
        identity_document_issued_on: dates.days_before(900),
        identity_document_issuer: "Үлгі ІІМ".to_owned(),
        phone: String::new(),
        mailbox: Some(mailbox),
        language: pb::Language::Ru.into(),
    }
}

fn construction_object(dates: &Dates) -> pb::ConstructionObject {
    pb::ConstructionObject {
        kato: "751110000".to_owned(),
        address: "Көктөбе қаласы, «Үлгі» шағынауданы, 41-учаске".to_owned(),
        cadastral_number: "20:315:032:150".to_owned(),
        technical_characteristics: "Монолитті темірбетон қаңқа, газоблоктан қаланған қабырғалар, \
            III жайлылық класы, 2 блок, 92 пәтер"
            .to_owned(),
        storey_count: 9,
        total_area_dm2: TOTAL_AREA_DM2,
        total_cost_tiyn: TOTAL_COST_TIYN,
        starts_on: dates.days_before(30),
        ends_on: dates.months_after(22),
        planned_acceptance_on: dates.months_after(24),
        sketch_design_agreed_on: dates.days_before(120),
    }
}

pub(super) fn consent(cooperative: &Cooperative, dates: &Dates) -> pb::PersonalDataConsent {
    pb::PersonalDataConsent {
        operator: cooperative.name.to_owned(),
        names_subject: true,
        valid_until_on: dates.months_after(60),
        third_party_transfer: Some(true),
        cross_border_transfer: Some(false),
        publication: Some(false),
        data_items: vec![
            "аты-жөні".to_owned(),
            "ЖСН".to_owned(),
            "электрондық пошта".to_owned(),
        ],
    }
}

pub(super) fn admission(dates: &Dates) -> pb::Admission {
    pb::Admission {
        protocol_number: "14".to_owned(),
        protocol_on: dates.days_before(7),
    }
}

/// The same sum as by the agreement, at once.
pub(super) fn contribution_in_one_payment(dates: &Dates) -> pb::ShareContribution {
    let amount_tiyn = DEPOSIT_TIYN.saturating_add(REST_TIYN);
    pb::ShareContribution {
        amount_tiyn,
        currency: "KZT".to_owned(),
        payments: vec![pb::Payment {
            due_on: dates.months_after(20),
            amount_tiyn,
        }],
    }
}

/// Dates counted from the day on which the play begins.
pub(super) struct Dates(pub(super) NaiveDate);

impl Dates {
    pub(super) fn days_before(&self, days: u64) -> String {
        let date = self.0.checked_sub_days(Days::new(days));
        date.unwrap_or(NaiveDate::MIN).to_string()
    }

    pub(super) fn months_after(&self, months: u32) -> String {
        let date = self.0.checked_add_months(Months::new(months));
        date.unwrap_or(NaiveDate::MAX).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        application::{
            Form as Filed,
            agreement::Agreement as Parsed,
            checks::{self, CheckInput, Outcome, RegisterFacts, RuleSet, Signatures, Verdict},
        },
        demo::scan,
        rpc::FieldErrors,
        signature::{BuiltinVerifier, SignatureVerifier as _, cooperative_executive, shareholder},
    };

    fn world() -> World {
        World::new("2026-11-24T05:00:00Z".parse().unwrap()).unwrap()
    }

    #[test]
    fn an_agreement_of_anybody_is_well_formed() {
        let world = world();
        for person in [&world.shareholder, &world.rival, &world.offline] {
            let agreement = agreement(&world, 45)
                .concluded_with(person)
                .of_cooperative(&world.neighbour);
            let mut errors = FieldErrors::new();
            let parsed = Parsed::parse(agreement.message(), world.today(), &mut errors);
            assert!(errors.into_result(parsed).unwrap().is_some());
        }
    }

    #[tokio::test]
    async fn every_check_passes_that_a_machine_can_tell() {
        let world = world();
        let verifier = BuiltinVerifier::from_pem(&world.authority.anchor_pem(), "").unwrap();
        let signer = async |person: &Person| {
            let cms = person
                .identity
                .sign_detached(b"text", world.begins_at)
                .unwrap();
            verifier.verify(b"text", &cms, world.begins_at).await
        };
        let rules = RuleSet::shipped().unwrap();
        for person in [&world.shareholder, &world.rival, &world.offline] {
            for form in [Filed::ElectronicContract, Filed::ElectronicCopy] {
                let message = agreement(&world, 45).concluded_with(person).message;
                let mut errors = FieldErrors::new();
                let parsed = Parsed::parse(&message, world.today(), &mut errors).unwrap();
                let shareholder = match form {
                    Filed::ElectronicContract => Some(signer(person).await),
                    Filed::ElectronicCopy => None,
                };
                let signatures = Signatures {
                    cooperative: signer(&world.cooperative.chair).await,
                    shareholder,
                    former_shareholder: None,
                };
                let findings = checks::run(
                    &CheckInput {
                        form,
                        change: None,
                        agreement: &parsed,
                        registered_on: world.today(),
                        filed_late: false,
                        signatures: &signatures,
                        register: &RegisterFacts::default(),
                        at: world.begins_at,
                    },
                    &rules,
                );
                assert!(
                    findings
                        .iter()
                        .all(|finding| finding.outcome != Outcome::Failed)
                );
                match (form, checks::verdict(&findings)) {
                    (Filed::ElectronicContract, Verdict::AllPassed)
                    | (Filed::ElectronicCopy, Verdict::Open(_)) => {}
                    (form, verdict) => panic!("{form:?}: {verdict:?}"),
                }
            }
        }
    }

    #[tokio::test]
    async fn a_contract_is_signed_by_both_parties_as_it_is() {
        let world = world();
        let changed = agreement(&world, 45)
            .concluded_with(&world.rival)
            .with(|agreement| agreement.consent = None);
        let request = changed.electronic_contract().unwrap();
        let Some(Form::ElectronicContract(contract)) = request.form else {
            panic!("a contract")
        };
        assert_eq!(
            pb::ParticipationAgreement::decode(&*contract.agreement).unwrap(),
            *changed.message()
        );
        assert_eq!(changed.message().consent, None);
        let verifier = BuiltinVerifier::from_pem(&world.authority.anchor_pem(), "").unwrap();
        let verify = async |cms: &[u8]| {
            verifier
                .verify(&contract.agreement, cms, world.begins_at)
                .await
                .unwrap()
        };
        let chair = verify(&contract.cooperative_signature).await;
        assert_eq!(
            cooperative_executive(&chair, &world.cooperative.bin),
            Ok(())
        );
        let member = verify(&contract.shareholder_signature).await;
        assert_eq!(shareholder(&member, &world.rival.iin), Ok(()));
    }

    #[tokio::test]
    async fn a_copy_is_signed_by_the_cooperative_over_the_scan() {
        let world = world();
        let scan = scan(46);
        let request = agreement(&world, 46).electronic_copy("id", &scan).unwrap();
        let Some(Form::ElectronicCopy(copy)) = request.form else {
            panic!("a copy")
        };
        let verifier = BuiltinVerifier::from_pem(&world.authority.anchor_pem(), "").unwrap();
        let chair = verifier
            .verify(&scan, &copy.cooperative_signature, world.begins_at)
            .await
            .unwrap();
        assert_eq!(
            cooperative_executive(&chair, &world.cooperative.bin),
            Ok(())
        );
    }
}
