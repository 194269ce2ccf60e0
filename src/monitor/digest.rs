//! What the stub has of a day, counted and added up. It never names a stage.

use chrono::NaiveDate;
use sea_orm::{
    ColumnTrait as _, DatabaseConnection, EntityTrait as _, QueryFilter as _, QuerySelect as _,
};
use tonic::{Request, Response, Status};
use tracing::error;
use uuid::Uuid;

use super::{
    MonitorFault,
    inbox::Inbox,
    schema::received_stage::{Column, Entity},
};
use crate::{
    kernel::{Bin, DigestSum, EventId, parse_date},
    pb::monitoring::v1::{
        GetDayDigestRequest, GetDayDigestResponse, stage_digest_service_server::StageDigestService,
    },
};

/// Answers for what was received.
#[derive(Debug)]
pub(super) struct Digests(pub(super) Inbox);

/// Which stages are asked for.
#[derive(Debug)]
struct Question {
    day_on: NaiveDate,
    provider_bin: Bin,
    from: Option<Uuid>,
    before: Option<Uuid>,
}

impl Question {
    fn parse(request: &GetDayDigestRequest) -> Result<Self, String> {
        let at = |field: &'static str| move |problem| format!("{field} {problem}");
        let event = |field, text: &str| {
            (!text.is_empty())
                .then(|| EventId::parse(text).map(EventId::get))
                .transpose()
                .map_err(at(field))
        };
        Ok(Self {
            day_on: parse_date(&request.day_on).map_err(at("day_on"))?,
            provider_bin: Bin::parse(&request.provider_bin).map_err(at("provider_bin"))?,
            from: event("from_event_id", &request.from_event_id)?,
            before: event("before_event_id", &request.before_event_id)?,
        })
    }

    async fn answer(
        &self,
        database: &DatabaseConnection,
    ) -> Result<(i32, DigestSum), MonitorFault> {
        let mut query = Entity::find()
            .select_only()
            .column(Column::Digest)
            .filter(Column::DayOn.eq(self.day_on.to_string()))
            .filter(Column::ProviderBin.eq(self.provider_bin.as_str()));
        if let Some(from) = self.from {
            query = query.filter(Column::EventId.gte(from));
        }
        if let Some(before) = self.before {
            query = query.filter(Column::EventId.lt(before));
        }
        let digests: Vec<Vec<u8>> = query.into_tuple().all(database).await?;
        let count = i32::try_from(digests.len()).unwrap_or(i32::MAX);
        let digests = digests
            .into_iter()
            .filter_map(|digest| digest.try_into().ok());
        let sum = digests.map(DigestSum::of);
        Ok((count, sum.fold(DigestSum::default(), DigestSum::plus)))
    }
}

#[tonic::async_trait]
impl StageDigestService for Digests {
    async fn get_day_digest(
        &self,
        request: Request<GetDayDigestRequest>,
    ) -> Result<Response<GetDayDigestResponse>, Status> {
        let question = Question::parse(request.get_ref()).map_err(Status::invalid_argument)?;
        let (stage_count, digest) = question.answer(self.0.database()).await.map_err(|fault| {
            error!(%fault, "the received stages are not at hand");
            Status::unavailable("the received stages are not at hand; try again")
        })?;
        Ok(Response::new(GetDayDigestResponse {
            stage_count,
            digest: digest.bytes().to_vec(),
        }))
    }
}
