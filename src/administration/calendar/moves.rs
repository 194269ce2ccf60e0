//! Where the moments of an undecided application go when the calendar has changed under them.
//! They move from day to day only: other working hours alone leave them where they are.

use chrono::{DateTime, Utc};

use crate::{
    application::{Stage, model::Application, terms::Terms},
    calendar::{Calendar, OutsideCalendar},
    kernel::{Moment, local},
    provider::Provider,
};

/// An application with the moments that it should have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Move {
    pub(super) application: Application,
    pub(super) registered_at: DateTime<Utc>,
    pub(super) due_at: DateTime<Utc>,
    pub(super) near_due_at: DateTime<Utc>,
    pub(super) calendar_version: String,
}

/// The move of an application, if the calendar asks for one.
pub(super) fn moved(
    application: Application,
    calendar: &Calendar,
    provider: &Provider,
) -> Result<Option<Move>, OutsideCalendar> {
    let Some(terms) = terms(&application, calendar, provider)? else {
        return Ok(None);
    };
    let stays = |before, after| local(before).date() == local(after).date();
    if stays(application.registered_at, terms.registered_at)
        && stays(application.due_at, terms.due_at)
    {
        return Ok(None);
    }
    Ok(Some(Move {
        application,
        registered_at: terms.registered_at,
        due_at: terms.due_at,
        near_due_at: terms.near_due_at,
        calendar_version: calendar.version().to_owned(),
    }))
}

/// The moments of an undecided application by a calendar: a registration that took place stands.
fn terms(
    application: &Application,
    calendar: &Calendar,
    provider: &Provider,
) -> Result<Option<Terms>, OutsideCalendar> {
    let form = application.form;
    match application.stage {
        Stage::Received => {
            let arrival = Moment::at(application.received_at);
            Terms::reckon(calendar, provider, form, arrival).map(Some)
        }
        Stage::Registered | Stage::InReview | Stage::AwaitingSignature => {
            let registered_at = application.registered_at;
            Terms::of_registration(calendar, provider, form, registered_at).map(Some)
        }
        Stage::Granted
        | Stage::Refused
        | Stage::ExtractSent
        | Stage::HandoverPending
        | Stage::ExtractHandedOver
        | Stage::Withdrawn => Ok(None),
    }
}
