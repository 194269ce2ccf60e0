//! How an installation tells changes of the Rules: by which hours, with which reminders, and whom beside the
//! providers (cl. 4). It never does input or output.

use chrono::{DateTime, Utc};

use super::model::Addressee;
use crate::{
    calendar::{Calendar, WorkingHours},
    kernel::{Bin, Email, InformedBody, Localized},
    provider::Providers,
};

/// How an installation tells changes of the Rules.
#[derive(Clone, Debug)]
pub struct NoticePolicy {
    /// When the authorized body works (D-3, D-4).
    pub hours: WorkingHours,
    /// So many working days an addressee has to acknowledge after it was told; then it is reminded.
    pub reminder_working_days: u32,
    /// The bodies beside the providers; none if they are not configured.
    pub bodies: Vec<Body>,
}

/// A body beside the providers, as it is called and reached now.
#[derive(Clone, Debug)]
pub struct Body {
    /// Which one.
    pub body: InformedBody,
    /// Its BIN.
    pub bin: Bin,
    /// Its name.
    pub name: Localized,
    /// Where letters to it go.
    pub email: Email,
}

impl NoticePolicy {
    /// When whoever was told then is reminded; none beyond the calendar's end.
    pub(super) fn remind_at(
        &self,
        calendar: &Calendar,
        told_at: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let due = calendar.due(told_at, self.reminder_working_days, self.hours);
        due.ok().map(|due| due.at)
    }

    /// Where letters to an addressee go now.
    pub(super) fn email(&self, addressee: &Addressee, providers: &Providers) -> Option<Email> {
        match addressee {
            Addressee::Provider(id) => providers.by_id(id)?.notice_email.clone(),
            Addressee::Body(body) => {
                let now = self.bodies.iter().find(|now| now.body == *body);
                now.map(|now| now.email.clone())
            }
        }
    }
}
