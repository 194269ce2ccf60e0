//! The cooperative hands an extract over in person (cl. 11, D-15). The term never begins again when
//! the extract is fetched.

use super::{Play, expect};
use crate::{
    demo::{
        DemoFault,
        client::ClientFault,
        report::{end_of_day, moment, short},
    },
    kernel::local,
    pb::registry::v1::{self as pb, ApplicationStage},
};

impl Play<'_> {
    /// Fetches the extract and confirms its hand-over on the day it is.
    pub(super) async fn extract_is_handed_over(
        &mut self,
        owed: &pb::Application,
    ) -> Result<(), DemoFault> {
        self.report
            .heading("The cooperative hands the extract of the copy over")?;
        let cooperative = &self.on.clients.cooperative;
        let handover = owed
            .handover
            .as_ref()
            .ok_or(ClientFault::Missing("hand-over"))?;
        let reason = short(handover.reason().as_str_name(), "HANDOVER_REASON_");
        let text = format!(
            "{} since {}, due until {}: {reason}",
            owed.application_number,
            moment(handover.known_at.as_ref()),
            end_of_day(handover.due_at.as_ref()),
        );
        self.report.line("owed", &text)?;
        self.fetch_extract(&owed.entry_id).await?;
        let letters = self.on.catcher.letters().map_err(DemoFault::Catcher)?;
        expect(letters.len() == 1, || {
            "a letter went to somebody without a mailbox".to_owned()
        })?;

        let read = cooperative.application(&owed.application_id).await?;
        expect(read.handover == owed.handover, || {
            format!(
                "the hand-over became {:?} by fetching the extract",
                read.handover
            )
        })?;
        let today = local(self.now().await?).date().to_string();
        let done = cooperative.confirm_handover(&read, &today).await?;
        let stage = done.stage();
        expect(stage == ApplicationStage::ExtractHandedOver, || {
            format!("it is at {stage:?}")
        })?;
        let stages = [
            "RECEIVED",
            "REGISTERED",
            "IN_REVIEW",
            "AWAITING_SIGNATURE",
            "GRANTED",
            "HANDOVER_PENDING",
            "EXTRACT_HANDED_OVER",
        ];
        self.tell_stages(&done, &stages).await
    }
}
