//! `[notice]`: whom the authorized body tells of changes of the Rules beside the providers (cl. 4).
//! It never lets one of the three be left out once any is named.

use super::{
    providers::{hours, localized},
    reader::Section,
};
use crate::{
    calendar::WorkingHours,
    kernel::{Bin, Email, InformedBody, Localized, Problem},
};

/// As the due moment is reckoned, a reminder comes with it.
const REMINDER_WORKING_DAYS: u32 = 3;

/// `[notice]`: how notices of changes of the Rules go out.
#[derive(Clone, Debug)]
pub struct Notice {
    /// When the authorized body works: by that its term ends (D-3, D-4).
    pub hours: WorkingHours,
    /// So many working days after a change was told an addressee that has not acknowledged is reminded.
    pub reminder_working_days: u32,
    /// The bodies beside the providers: all three, or none if no change can be told yet.
    pub addressees: Vec<NoticeAddressee>,
}

/// `[[notice.addressees]]`: a body beside the providers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeAddressee {
    /// Which one.
    pub body: InformedBody,
    /// Its BIN; accounts of the party `addressee` that act for it see its notices. One organisation may be
    /// two of the bodies.
    pub bin: Bin,
    /// Its name.
    pub name: Localized,
    /// Where letters to it go.
    pub email: Email,
}

pub(super) fn notice(section: &mut Section<'_>) -> Option<Notice> {
    let hours = hours(section);
    let reminder_working_days =
        section.number_or("reminder_working_days", REMINDER_WORKING_DAYS, 1..=30);
    let addressees: Option<Vec<_>> = section
        .sections("addressees", addressee)
        .into_iter()
        .collect();
    let addressees = addressees?;
    let of = |body| {
        addressees
            .iter()
            .filter(move |one| one.body == body)
            .count()
    };
    if !addressees.is_empty() {
        for body in InformedBody::ALL {
            if of(body) != 1 {
                let problem = format!("must name {} once", body.code());
                section.problem("addressees", problem);
            }
        }
    }
    Some(Notice {
        hours: hours?,
        reminder_working_days,
        addressees,
    })
}

fn addressee(section: &mut Section<'_>) -> Option<NoticeAddressee> {
    let body = section.required("kind", |code| {
        let problem = "must be STATE_CORPORATION, EGOV_OPERATOR or CONTACT_CENTRE";
        InformedBody::from_code(code).ok_or(Problem::new(problem))
    });
    let bin = section.required("bin", Bin::parse);
    let name = section.section("name", localized);
    let email = section.required("email", Email::parse);
    Some(NoticeAddressee {
        body: body?,
        bin: bin?,
        name: name?,
        email: email?,
    })
}
