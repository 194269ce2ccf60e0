//! The scenes of the demonstration, each from the filing to where it ends, played by clients.
//! A scene never takes a result for granted: it asks, prints what it was told, and ends the
//! demonstration if that is not what the law wants.

mod by_hand;
mod changed;
mod complained;
mod corrected;
mod granted;
mod hand_over;
mod out_of_hours;
mod refused;
mod rules_change;

use std::{io::Write, path::Path};

use chrono::{DateTime, Utc};

use super::{
    DemoFault, Installation,
    client::ClientFault,
    fault::expect,
    report::{Report, moment, short},
};
use crate::{pb::registry::v1 as pb, rpc::instant};

/// The scenes on an installation.
pub(super) struct Play<'a> {
    on: &'a Installation,
    report: Report<'a>,
}

/// Plays all scenes, then tells how to go on by hand.
pub(super) async fn play(on: &Installation, out: &mut dyn Write) -> Result<(), DemoFault> {
    let mut play = Play {
        on,
        report: Report::to(out),
    };
    play.introduce().await?;
    let granted = Box::pin(play.contract_is_granted()).await?;
    let owed = Box::pin(play.copy_is_granted()).await?;
    let refused = Box::pin(play.share_is_taken()).await?;
    Box::pin(play.consent_is_missing()).await?;
    play.number_is_wrong().await?;
    play.extract_is_handed_over(&owed).await?;
    Box::pin(play.complaint_is_satisfied()).await?;
    Box::pin(play.complaint_is_rejected(&refused)).await?;
    let change = Box::pin(play.rules_change_is_told()).await?;
    let share = Box::pin(play.share_changes_hands()).await?;
    let waiting = play.contract_comes_after_hours().await?;
    play.acknowledgement_is_late(&change).await?;
    play.share_is_told_as_of_three_dates(&share).await?;
    play.tell_how_to_go_on(&granted, &waiting)
}

impl Play<'_> {
    async fn introduce(&mut self) -> Result<(), DemoFault> {
        let status = self.on.clients.operator.status().await?;
        expect(status.test_clock, || {
            "the service runs on the real clock".to_owned()
        })?;
        self.report.plain(&format!(
            "Tizilim {} in {}. All persons and numbers are invented.\n\
             The acceptance clock of the service shows {} (UTC+5).",
            status.program_version,
            self.on.folder.path().display(),
            moment(status.now_at.as_ref()),
        ))?;
        Ok(())
    }

    /// The clock of the service.
    async fn now(&self) -> Result<DateTime<Utc>, DemoFault> {
        let now = self.on.clients.operator.status().await?.now_at;
        instant_of_answer(now.as_ref())
    }

    /// Moves the clock of the service, and says so.
    async fn advance(&mut self, to: DateTime<Utc>) -> Result<(), DemoFault> {
        let answer = self.on.clients.operator.advance_clock(to).await?;
        let fired = answer.fired_count;
        let now = moment(answer.now_at.as_ref());
        Ok(self
            .report
            .line("clock", &format!("moved to {now}; {fired} things fell due"))?)
    }

    fn tell_filed(&mut self, application: &pb::Application) -> Result<(), DemoFault> {
        let number = &application.application_number;
        let form = short(application.form().as_str_name(), "APPLICATION_FORM_");
        let bin = &application.cooperative_bin;
        self.report.line(
            "filed",
            &format!("{number}, {form}, by the cooperative {bin}"),
        )?;
        let text = format!(
            "arrived {}, registered {}, due {}",
            moment(application.received_at.as_ref()),
            moment(application.registered_at.as_ref()),
            moment(application.due_at.as_ref()),
        );
        Ok(self.report.line("", &text)?)
    }

    /// Shows what the monitoring system received of an application, which must be these stages.
    async fn tell_stages(
        &mut self,
        application: &pb::Application,
        wanted: &[&str],
    ) -> Result<(), DemoFault> {
        self.on.clients.operator.all_stages_delivered().await?;
        let number = &application.application_number;
        let received = self.on.monitoring.received(number).await?;
        self.report.stages(&received)?;
        let stages: Vec<&str> = received
            .iter()
            .filter_map(|received| received.stage.as_ref())
            .map(|stage| stage.stage.as_str())
            .collect();
        expect(stages == wanted, || {
            format!("the monitoring system has {stages:?} of {number}, not {wanted:?}")
        })
    }

    /// A path as it is under the folder of the demonstration.
    fn relative(&self, path: &Path) -> String {
        path.strip_prefix(self.on.folder.path())
            .unwrap_or(path)
            .display()
            .to_string()
    }
}

fn instant_of_answer(at: Option<&prost_types::Timestamp>) -> Result<DateTime<Utc>, DemoFault> {
    at.and_then(|at| instant(*at).ok())
        .ok_or(ClientFault::Missing("moment").into())
}
