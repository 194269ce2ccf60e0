//! What a receiver tells of the stages that it has, to be compared with what it was told.
//! It never names one.

use chrono::NaiveDate;
use tonic::Status;
use uuid::Uuid;

use super::SinkFault;
use crate::{
    kernel::DigestSum,
    pb::monitoring::v1::{GetDayDigestRequest, GetDayDigestResponse},
};

/// The stages of a day and provider, or those between two event ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DayRange {
    /// The legal day on which they happened.
    pub day_on: NaiveDate,
    /// BIN of the provider.
    pub provider_bin: String,
    /// From this event id on; none for the first.
    pub from: Option<Uuid>,
    /// Before this one; none for the last.
    pub before: Option<Uuid>,
}

/// How many there are, and the sum of their digests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayDigest {
    /// How many.
    pub count: i64,
    /// The sum.
    pub sum: DigestSum,
}

impl DayDigest {
    /// Of a single stage.
    pub const fn one(digest: DigestSum) -> Self {
        Self {
            count: 1,
            sum: digest,
        }
    }

    /// Of both.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            count: self.count.saturating_add(other.count),
            sum: self.sum.plus(other.sum),
        }
    }

    /// Of what is left without a part; below zero if it was none.
    #[must_use]
    pub fn minus(self, part: Self) -> Self {
        Self {
            count: self.count.saturating_sub(part.count),
            sum: self.sum.minus(part.sum),
        }
    }
}

impl From<&DayRange> for GetDayDigestRequest {
    fn from(range: &DayRange) -> Self {
        let id = |id: Option<Uuid>| id.map(|id| id.hyphenated().to_string());
        Self {
            day_on: range.day_on.to_string(),
            provider_bin: range.provider_bin.clone(),
            from_event_id: id(range.from).unwrap_or_default(),
            before_event_id: id(range.before).unwrap_or_default(),
        }
    }
}

/// What a receiver answered; none if it does not offer this.
pub(super) fn told(
    answer: Result<GetDayDigestResponse, Status>,
) -> Result<Option<DayDigest>, SinkFault> {
    match answer {
        Ok(told) => {
            let count = i64::from(told.stage_count);
            let sum = told.digest.try_into().map(DigestSum::of);
            match sum {
                Ok(sum) if count >= 0 => Ok(Some(DayDigest { count, sum })),
                Ok(_) | Err(_) => Err(SinkFault::unfit()),
            }
        }
        Err(status) if status.code() == tonic::Code::Unimplemented => Ok(None),
        Err(status) => Err(SinkFault::away(format!("{:?}", status.code()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(stage_count: i32, digest: Vec<u8>) -> GetDayDigestResponse {
        GetDayDigestResponse {
            stage_count,
            digest,
        }
    }

    #[test]
    fn an_answer_is_read_or_does_not_fit() {
        let fits = told(Ok(answer(2, vec![7; 32]))).unwrap().unwrap();
        assert_eq!((fits.count, fits.sum), (2, DigestSum::of([7; 32])));
        for (count, digest) in [(-1, vec![7; 32]), (2, vec![7; 31]), (2, Vec::new())] {
            assert_eq!(told(Ok(answer(count, digest))), Err(SinkFault::unfit()));
        }
    }

    #[test]
    fn who_does_not_offer_it_is_told_from_who_is_away() {
        assert_eq!(told(Err(Status::unimplemented("no"))), Ok(None));
        let away = told(Err(Status::unavailable("no")));
        assert_eq!(away, Err(SinkFault::away("Unavailable")));
    }
}
