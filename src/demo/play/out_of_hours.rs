//! A contract that arrives after closing time (cl. 7, D-1). Nobody calls when it is registered.

use chrono::NaiveTime;

use super::{Play, expect, instant_of_answer};
use crate::{
    demo::{DemoFault, agreement, report::moment},
    kernel::{instant_of, local},
    pb::registry::v1::{self as pb, ApplicationStage},
};

const AFTER_HOURS: NaiveTime = NaiveTime::from_hms_opt(19, 0, 0).expect("a time of day");
const SHARE: u32 = 49;

impl Play<'_> {
    /// Files after closing time, and lets the next opening come.
    pub(super) async fn contract_comes_after_hours(
        &mut self,
    ) -> Result<pb::Application, DemoFault> {
        self.report
            .heading("A contract that arrives after closing time")?;
        let today = local(self.now().await?).date();
        let evening = instant_of(today.and_time(AFTER_HOURS));
        self.advance(evening).await?;
        let cooperative = &self.on.clients.cooperative;
        let agreement = agreement(&self.on.world, SHARE);
        self.keep(&agreement)?;
        let filed = cooperative.submit(agreement.electronic_contract()?).await?;
        self.tell_filed(&filed)?;
        let (stage, opening) = (filed.stage(), moment(filed.registered_at.as_ref()));
        expect(stage == ApplicationStage::Received, || {
            format!("it is {stage:?} before {opening}")
        })?;

        self.advance(instant_of_answer(filed.registered_at.as_ref())?)
            .await?;
        let waiting = self
            .on
            .clients
            .cooperative
            .reached(&filed.application_id, ApplicationStage::AwaitingSignature)
            .await?;
        let stages = ["RECEIVED", "REGISTERED", "IN_REVIEW", "AWAITING_SIGNATURE"];
        self.tell_stages(&waiting, &stages).await?;
        Ok(waiting)
    }
}
