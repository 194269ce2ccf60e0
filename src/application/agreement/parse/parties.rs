//! Reads the cooperative and the shareholder.
//! It never accepts a number of something that is no cooperative, or of no person.

use chrono::NaiveDate;

use super::{count, day, optional_text, past_day, section, text};
use crate::{
    application::agreement::{
        ActivityCode, Cooperative, Executive, ExecutiveRole, IdentityDocument, Mailbox, Membership,
        Shareholder,
    },
    kernel::{Bin, Email, Iin, Language, Personal, Phone, Problem},
    pb::registry::v1::{self as pb, shareholder::Mailbox as PbMailbox},
    rpc::FieldErrors,
};

const ACTIVITIES_MAX: usize = 20;

pub(in crate::application) fn cooperative(
    pb: &pb::Cooperative,
    errors: &mut FieldErrors,
) -> Option<Cooperative> {
    let bin = errors.required("bin", &pb.bin, cooperative_bin);
    let name = text(errors, "name", &pb.name);
    let certificate = text(
        errors,
        "registration_certificate_number",
        &pb.registration_certificate_number,
    );
    let registered_on = errors.required("registered_on", &pb.registered_on, day);
    let legal_address = text(errors, "legal_address", &pb.legal_address);
    let actual_address = text(errors, "actual_address", &pb.actual_address);
    let activity_codes = activity_codes(&pb.activity_codes, errors);
    let mut members = |path, given| count(errors, path, given, 1..=i32::MAX);
    let founding_member_count = members("founding_member_count", pb.founding_member_count);
    let member_count = members("member_count", pb.member_count);
    let share_count = members("share_count", pb.share_count);
    let executive = section(errors, "executive", pb.executive.as_ref(), executive);
    Some(Cooperative {
        bin: bin?,
        name: name?,
        registration_certificate_number: certificate?,
        registered_on: registered_on?,
        legal_address: legal_address?,
        actual_address: actual_address?,
        activity_codes: activity_codes?,
        membership: Some(Membership {
            founding_member_count: founding_member_count?,
            member_count: member_count?,
            share_count: share_count?,
        }),
        executive: Some(executive?),
    })
}

pub(crate) fn cooperative_bin(number: &str) -> Result<Bin, Problem> {
    let bin = Bin::parse(number)?;
    if bin.is_resident_head_unit() {
        Ok(bin)
    } else {
        Err(Problem::new(
            "must be the number of a resident legal entity's head unit",
        ))
    }
}

fn activity_codes(given: &[String], errors: &mut FieldErrors) -> Option<Vec<ActivityCode>> {
    const PATH: &str = "activity_codes";
    match given.len() {
        0 => {
            errors.missing(PATH);
            None
        }
        1..=ACTIVITIES_MAX => {
            let codes: Vec<Option<ActivityCode>> = given
                .iter()
                .enumerate()
                .map(|(index, code)| {
                    errors.item(PATH, index, |errors| {
                        errors.read("", ActivityCode::parse(code))
                    })
                })
                .collect();
            codes.into_iter().collect()
        }
        _ => {
            errors.add(
                PATH,
                format_args!("must have at most {ACTIVITIES_MAX} codes"),
            );
            None
        }
    }
}

fn executive(pb: &pb::CooperativeExecutive, errors: &mut FieldErrors) -> Option<Executive> {
    let full_name = text(errors, "full_name", &pb.full_name).map(Personal::new);
    let role = match pb::ExecutiveRole::try_from(pb.role) {
        Ok(pb::ExecutiveRole::Chair) => Some(ExecutiveRole::Chair),
        Ok(pb::ExecutiveRole::Board) => Some(ExecutiveRole::Board),
        Ok(pb::ExecutiveRole::Unspecified) => errors.present("role", None),
        Err(_) => errors.read("role", Err(Problem::new("must be a known role"))),
    };
    Some(Executive {
        full_name: full_name?,
        role: role?,
    })
}

pub(in crate::application) fn shareholder(
    pb: &pb::Shareholder,
    today: NaiveDate,
    errors: &mut FieldErrors,
) -> Option<Shareholder> {
    let iin = errors.required("iin", &pb.iin, |number| Iin::parse(number, today));
    let surname = text(errors, "surname", &pb.surname);
    let given_name = text(errors, "given_name", &pb.given_name);
    let patronymic = optional_text(errors, "patronymic", &pb.patronymic);
    let residence = text(errors, "residence", &pb.residence);
    let identity_document = identity_document(pb, today, errors);
    let phone = errors.optional("phone", &pb.phone, Phone::parse);
    let mailbox = mailbox(pb.mailbox.as_ref(), errors);
    let language = match pb::Language::try_from(pb.language) {
        Ok(pb::Language::Unspecified | pb::Language::Kk) => Some(Language::Kazakh),
        Ok(pb::Language::Ru) => Some(Language::Russian),
        Ok(pb::Language::En) => Some(Language::English),
        Err(_) => errors.read("language", Err(Problem::new("must be a known language"))),
    };
    Some(Shareholder {
        iin: iin.map(Personal::new)?,
        surname: surname.map(Personal::new)?,
        given_name: given_name.map(Personal::new)?,
        patronymic: patronymic?.map(Personal::new),
        residence: Some(residence.map(Personal::new)?),
        identity_document: Some(identity_document?),
        phone: phone?.map(Personal::new),
        mailbox: mailbox?,
        language: language?,
    })
}

fn identity_document(
    pb: &pb::Shareholder,
    today: NaiveDate,
    errors: &mut FieldErrors,
) -> Option<IdentityDocument> {
    let number = text(
        errors,
        "identity_document_number",
        &pb.identity_document_number,
    );
    let issued_on = errors.required(
        "identity_document_issued_on",
        &pb.identity_document_issued_on,
        past_day(today),
    );
    let issuer = text(
        errors,
        "identity_document_issuer",
        &pb.identity_document_issuer,
    );
    Some(IdentityDocument {
        number: number.map(Personal::new)?,
        issued_on: issued_on.map(Personal::new)?,
        issuer: issuer.map(Personal::new)?,
    })
}

/// An address or an explicit "has none": nothing said is missing (O-33).
fn mailbox(pb: Option<&PbMailbox>, errors: &mut FieldErrors) -> Option<Mailbox> {
    match errors.present("mailbox", pb)? {
        PbMailbox::Email(address) => errors
            .required("email", address, Email::parse)
            .map(|email| Mailbox::Address(Personal::new(email))),
        PbMailbox::HasNoEmail(true) => Some(Mailbox::None),
        PbMailbox::HasNoEmail(false) => {
            let problem = Problem::new("must be true, or `email` be given instead");
            errors.read("has_no_email", Err(problem))
        }
    }
}
