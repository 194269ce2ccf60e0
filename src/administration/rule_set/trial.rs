//! Answers `TryRuleSet`: the applications of a period, each checked under its own rule set and under another
//! one, a hundred at a time. It never holds more than these, and never changes one.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use futures_util::stream;
use tokio_util::sync::CancellationToken;
use tonic::Status;
use uuid::Uuid;

use super::{given::Given, tally::Tally, wire};
use crate::{
    application::{
        Objection, Office, RuleSet,
        replay::{Checked, Compared, Filed, Outcomes, Period, compared, queries::Look},
        wire::stage,
    },
    kernel::local,
    pb::registry::v1::{
        self as pb, ErrorReason, try_rule_set_request::Rules, try_rule_set_response::Part,
    },
    rpc::{Answer, FieldErrors, Malformed, Reason, period, status},
    store::{Stop, StoreFault},
};

/// A trial on its way.
pub(super) type TrialStream = Answer<pb::TryRuleSetResponse>;

/// Which rule set to try, and on what.
pub(super) struct Asked {
    rules: Given,
    period: Period,
}

impl Asked {
    pub(super) fn parse(message: pb::TryRuleSetRequest) -> Result<Self, Malformed> {
        let mut errors = FieldErrors::new();
        let rules = match message.rules {
            None => errors.present("rules", None),
            Some(Rules::Version(version)) => Given::version(version, &mut errors),
            Some(Rules::Text(text)) => Given::text(&text, &mut errors),
        };
        let period = period(&message.from_on, &message.to_on, &mut errors);
        let provider = Some(message.provider_id).filter(|id| !id.is_empty());
        match (rules, period) {
            (Some(rules), Some((from_on, to_on))) => errors.into_result(Self {
                rules,
                period: Period {
                    from_on,
                    to_on,
                    provider,
                },
            }),
            _ => Err(errors.into_malformed()),
        }
    }

    /// Begins the trial.
    pub(super) async fn begin(
        self,
        office: Arc<Office>,
        stopping: CancellationToken,
    ) -> Result<TrialStream, Stop<Objection>> {
        office.references.fresh().await?;
        if let Some(provider) = &self.period.provider
            && office.providers().by_id(provider).is_none()
        {
            return Err(Stop::Refused(Objection::ProviderUnknown));
        }
        let trial = Trial {
            rules: self.rules.find(&office).await?,
            office,
            period: self.period,
            place: None,
            tally: Tally::default(),
            found: VecDeque::new(),
            is_done: false,
            stopping,
        };
        Ok(Box::pin(stream::try_unfold(trial, Trial::next)))
    }
}

struct Trial {
    office: Arc<Office>,
    rules: Arc<RuleSet>,
    period: Period,
    place: Option<(DateTime<Utc>, Uuid)>,
    tally: Tally,
    /// What is still to be sent.
    found: VecDeque<Part>,
    is_done: bool,
    stopping: CancellationToken,
}

impl Trial {
    /// The next message, with what goes on after it.
    async fn next(mut self) -> Result<Option<(pb::TryRuleSetResponse, Self)>, Status> {
        while self.found.is_empty() && !self.is_done {
            if self.stopping.is_cancelled() {
                let stopping = Reason::new(ErrorReason::TryAgain, "the service is stopping");
                return Err(stopping.retry_after(Duration::from_secs(1)).into());
            }
            self.look_on()
                .await
                .map_err(|fault| status::from_store(&fault))?;
        }
        let part = self.found.pop_front();
        Ok(part.map(|part| (pb::TryRuleSetResponse { part: Some(part) }, self)))
    }

    async fn look_on(&mut self) -> Result<(), StoreFault> {
        let piece = self.period.after(&self.office, self.place).await?;
        let mut filed = Vec::new();
        for read in piece.filed {
            match read {
                Ok(one) => filed.push(one),
                Err(fault) => self.skip(fault)?,
            }
        }
        let look = Look::at(&self.office, filed.iter().map(|(one, _)| one)).await?;
        let mut through = None;
        for one in filed {
            through = Some(local(one.0.registered_at).date());
            self.try_on(&look, one).await?;
            // Verifying signatures is work: others have their turn.
            tokio::task::yield_now().await;
        }
        if let Some(through) = through {
            self.found.push_back(Part::Progress(pb::TryProgress {
                through_on: through.to_string(),
                application_count: self.tally.applications,
                difference_count: self.tally.differences,
            }));
        }
        self.place = piece.next;
        if self.place.is_none() {
            self.is_done = true;
            let summary = self.tally.summary(&self.rules.version);
            self.found.push_back(Part::Summary(summary));
        }
        Ok(())
    }

    async fn try_on(&mut self, look: &Look, filed: Filed) -> Result<(), StoreFault> {
        let number = filed.0.number.clone();
        match look.checked(&self.office, filed).await {
            Ok(checked) => self.compare(&checked),
            Err(Stop::Fault(fault)) => self.skip(fault),
            Err(_) => {
                tracing::warn!(number, "a signature could not be verified in a trial");
                self.tally.skip();
                Ok(())
            }
        }
    }

    fn compare(&mut self, checked: &Checked) -> Result<(), StoreFault> {
        let application = &checked.application;
        let own = self.office.rules.for_application(application)?;
        let before = checked.under(&own);
        let after = checked.under(&self.rules);
        let (verdict, tried_verdict) = (Outcomes::of(&before).0, Outcomes::of(&after).0);
        let mut differing = compared(&before, after);
        differing.retain(Compared::differs);
        self.tally.count(&differing, (verdict, tried_verdict));
        if !differing.is_empty() {
            self.found.push_back(Part::Difference(pb::TryDifference {
                application_id: application.id.to_string(),
                application_number: application.number.clone(),
                provider_id: application.provider_id.clone(),
                registered_on: local(application.registered_at).date().to_string(),
                stage: stage(application.stage).into(),
                rule_set: own.version.clone(),
                checks: differing.iter().map(wire::change).collect(),
                verdict: wire::verdict(verdict).into(),
                tried_verdict: wire::verdict(tried_verdict).into(),
            }));
        }
        Ok(())
    }

    /// What is wrong with one application ends no trial; an outage does.
    fn skip(&mut self, fault: StoreFault) -> Result<(), StoreFault> {
        if !fault.is_of_one_object() {
            return Err(fault);
        }
        tracing::error!(%fault, "an application cannot be checked again");
        self.tally.skip();
        Ok(())
    }
}
