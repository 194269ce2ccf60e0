//! Sends stages until each is stored, refused, or it is plain that the receiver is away.
//! It never sends a stage after one of the same application that was not stored.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use uuid::Uuid;

use super::{
    Outgoing, Pusher, SinkFault, Verdict, lane::Refused, message::outgoing, rows, sink::STAGES_MAX,
};
use crate::{journal, pb::monitoring::v1::Stage, store::StoreFault};

/// How many batches in a row may be refused as a whole, while nothing is stored, before it is the receiver
/// that is to blame. Halving the largest batch down to one stage takes nine.
const REFUSED_MAX: u32 = 16;

/// What became of stages that were sent.
#[derive(Debug, Default)]
pub(super) struct Sent {
    /// The numbers of those that the receiver has.
    pub(super) stored: BTreeSet<i64>,
    /// The first of each application that it does not take.
    pub(super) refusals: Vec<(Refused, Sureness)>,
    /// Why the rest was not answered.
    pub(super) fault: Option<SinkFault>,
}

/// How sure it is that a stage will never be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sureness {
    /// The receiver said so of this stage.
    Said,
    /// It refused a batch in which the stage stood alone.
    Alone,
    /// It failed on the stage.
    Doubtful,
}

/// Stages that are sent at once.
struct Part {
    stages: Vec<Arc<Outgoing>>,
    course: Course,
}

/// Why they are sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Course {
    /// It is their turn.
    Onward,
    /// The receiver lacks some of them: they are all of one application.
    FromTheFirst,
}

/// A sending that goes on.
#[derive(Default)]
struct Sending {
    sent: Sent,
    refused_at: BTreeMap<Uuid, i64>,
    refused_batches: u32,
}

impl Pusher {
    /// Sends stages, each application's in order.
    pub(super) async fn send(&self, stages: Vec<Arc<Outgoing>>) -> Result<Sent, StoreFault> {
        let mut sending = Sending::default();
        let course = Course::Onward;
        let mut parts = vec![Part { stages, course }];
        while let Some(mut part) = parts.pop() {
            part.stages.retain(|outgoing| !sending.is_stopped(outgoing));
            if part.stages.is_empty() {
                continue;
            }
            if part.stages.len() > STAGES_MAX {
                let stages = part.stages.split_off(STAGES_MAX);
                let course = part.course;
                parts.push(Part { stages, course });
            }
            let messages: Vec<&Stage> = part.stages.iter().map(|it| &it.stage).collect();
            let answer = self.sink.push(&messages).await;
            let disordered = sending.note(&part, answer.verdicts);
            let to_be_split = match answer.fault {
                None => None,
                Some(fault @ SinkFault::Away { .. }) => {
                    sending.sent.fault = Some(fault);
                    break;
                }
                Some(fault) => sending.split(part, fault),
            };
            if sending.sent.fault.is_some() {
                break;
            }
            // The last pushed is sent first.
            parts.extend(to_be_split.into_iter().flatten());
            for (application, last) in disordered {
                parts.push(self.again_from_the_first(application, last).await?);
            }
        }
        Ok(sending.sent)
    }

    /// The receiver lacks earlier stages of an application: it gets all of them up to a number.
    async fn again_from_the_first(&self, application: Uuid, last: i64) -> Result<Part, StoreFault> {
        let (reads, sink) = (self.store.reads(), self.name.as_str());
        let reading = async {
            let lane = rows::lane_of(reads, sink, application).await?;
            let rows = journal::stage_rows_of(reads, application).await?;
            Ok((lane, rows))
        };
        let (lane, rows) = self.store.in_time("read the journal", reading).await?;
        let skipped = lane.map(|lane| lane.skipped).unwrap_or_default();
        let mut stages = outgoing(&rows, &self.mapping)?;
        stages.retain(|it| it.number <= last && !skipped.contains(&it.number));
        Ok(Part {
            stages: stages.into_iter().map(Arc::new).collect(),
            course: Course::FromTheFirst,
        })
    }
}

impl Sending {
    fn is_stopped(&self, outgoing: &Outgoing) -> bool {
        let refused_at = self.refused_at.get(&outgoing.application);
        refused_at.is_some_and(|number| *number <= outgoing.number)
    }

    /// Notes what was said to each stage; gives the last of those of each application that are out of order,
    /// also of those that the receiver was therefore not asked about.
    fn note(&mut self, part: &Part, verdicts: Vec<Verdict>) -> BTreeMap<Uuid, i64> {
        let mut disordered = BTreeMap::new();
        for (outgoing, verdict) in part.stages.iter().zip(verdicts) {
            if self.is_stopped(outgoing) {
                continue;
            }
            match verdict {
                Verdict::Stored => {
                    self.sent.stored.insert(outgoing.number);
                }
                Verdict::OutOfOrder if part.course == Course::Onward => {
                    disordered.insert(outgoing.application, outgoing.number);
                }
                Verdict::OutOfOrder => {
                    let reason = "it is out of order, though all before it was sent".to_owned();
                    self.refuse(outgoing, reason, Sureness::Said);
                }
                Verdict::Refused(reason) => self.refuse(outgoing, reason, Sureness::Said),
                Verdict::Failed(reason) => self.refuse(outgoing, reason, Sureness::Doubtful),
                Verdict::Unanswered => {
                    if let Some(last) = disordered.get_mut(&outgoing.application) {
                        *last = outgoing.number;
                    }
                }
            }
        }
        disordered
    }

    fn refuse(&mut self, outgoing: &Outgoing, reason: String, sureness: Sureness) {
        self.refused_at
            .insert(outgoing.application, outgoing.number);
        let refused = Refused {
            application: outgoing.application,
            application_number: outgoing.application_number.clone(),
            number: outgoing.number,
            sequence: outgoing.stage.sequence,
            stage: outgoing.code.clone(),
            reason,
        };
        self.sent.refusals.push((refused, sureness));
    }

    /// Halves a part that was refused as a whole; a single stage is to blame itself.
    fn split(&mut self, part: Part, fault: SinkFault) -> Option<[Part; 2]> {
        self.refused_batches = self.refused_batches.saturating_add(1);
        let Part { mut stages, course } = part;
        if let [alone] = stages.as_slice() {
            let sureness = match fault {
                SinkFault::Refused(_) => Sureness::Alone,
                SinkFault::Failed(_) | SinkFault::Away { .. } => Sureness::Doubtful,
            };
            self.refuse(alone, fault.to_string(), sureness);
            return None;
        }
        if self.sent.stored.is_empty() && self.refused_batches >= REFUSED_MAX {
            self.sent.fault = Some(fault);
            return None;
        }
        let rest = stages.split_off(stages.len().div_euclid(2));
        let part = |stages| Part { stages, course };
        Some([part(rest), part(stages)])
    }
}
