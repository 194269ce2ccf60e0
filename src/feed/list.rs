//! A page of the feed. It never looks at more of the journal than its share: a page may be short, or
//! empty, and yet be followed by another.

use std::sync::Arc;

use tonic::Status;

use super::{
    event::Event,
    filter::Filter,
    position::{self, Start},
    tail::BATCH,
    watch::Ground,
};
use crate::{authn::Caller, journal, pb::registry::v1 as pb, rpc::status, store::StoreFault};

/// Facts that one call looks at: what it costs is bounded, however rare the stages are.
const LOOKED_MAX: usize = 5_000;

/// Which page.
#[derive(Debug)]
pub(super) struct ListQuery {
    pub(super) caller: Arc<Caller>,
    pub(super) filter: Filter,
    pub(super) start: Start,
    pub(super) size: usize,
}

/// What was found.
struct Found {
    stages: Vec<pb::StageEvent>,
    through: i64,
    is_end: bool,
}

impl ListQuery {
    pub(super) async fn page(&self, ground: &Ground) -> Result<pb::ListStagesResponse, Status> {
        let found = self
            .look(ground)
            .await
            .map_err(|fault| status::from_store(&fault))?;
        let (tokens, filter) = (&ground.tokens, &self.filter.asked);
        let start = Start {
            after: found.through,
            ..self.start
        };
        let token = position::seal(tokens, filter, &self.caller, start);
        let resume_token = token.map_err(|fault| status::from_store(&fault))?;
        Ok(pb::ListStagesResponse {
            stages: found.stages,
            next_page_token: if found.is_end {
                String::new()
            } else {
                resume_token.clone()
            },
            resume_token,
        })
    }

    async fn look(&self, ground: &Ground) -> Result<Found, StoreFault> {
        let mut found = Found {
            stages: Vec::new(),
            through: self.start.after,
            is_end: false,
        };
        let mut looked = 0_usize;
        while looked < LOOKED_MAX {
            let reading = journal::read(ground.store.reads(), found.through, BATCH);
            let rows = ground.store.in_time("read the journal", reading).await?;
            for row in &rows {
                found.through = row.number;
                let event = Event::read(row, ground.tail.status());
                let event = event.filter(|event| self.admits(event));
                let scope = &self.filter.scope;
                let shown = event.and_then(|event| event.stage_shown(scope));
                found.stages.extend(shown);
                if found.stages.len() == self.size {
                    return Ok(found);
                }
            }
            looked = looked.saturating_add(rows.len());
            if u64::try_from(rows.len()).unwrap_or(BATCH) < BATCH {
                found.is_end = true;
                return Ok(found);
            }
        }
        Ok(found)
    }

    fn admits(&self, event: &Event) -> bool {
        let from = self.start.from;
        from.is_none_or(|from| from <= event.recorded_at) && self.filter.admits(event)
    }
}
