//! Runs a command for a caller and answers with what was stored.
//! A caller who goes away does not stop a command: it runs to its end all the same.

use tonic::{Response, Status};
use tracing::Instrument as _;

use super::{Refused, status};
use crate::{
    pb::registry::v1 as pb,
    store::{Command, Store},
};

/// An answer that says whether it was given before.
pub trait Replayable {
    /// Says that it was.
    fn mark_replayed(&mut self);
}

macro_rules! replayable {
    ($($answer:ident),+ $(,)?) => {$(
        impl Replayable for pb::$answer {
            fn mark_replayed(&mut self) {
                self.replayed = true;
            }
        }
    )+};
}

replayable! {
    AcknowledgeNoticeResponse,
    ActivateRuleSetResponse,
    AddReviewNoteResponse,
    AnnulRegisterEntryResponse,
    BeginCorrectionResponse,
    ConfirmAnnulmentHandoverResponse,
    ConfirmCorrectionHandoverResponse,
    CorrectRegisterEntryResponse,
    ConfirmExtensionToldResponse,
    DecideComplaintResponse,
    ExtendComplaintResponse,
    FileComplaintResponse,
    ForwardComplaintResponse,
    SatisfyComplaintResponse,
    WithdrawComplaintResponse,
    RejectCorrectionResponse,
    RequestCorrectionResponse,
    ConfirmExtractHandoverResponse,
    ConfirmReviewResponse,
    CreateProviderResponse,
    FileCourtResponseResponse,
    GrantApplicationResponse,
    HandOverApplicationResponse,
    ImportEntriesResponse,
    MakeCaseFileResponse,
    MoveCursorResponse,
    PauseSinkResponse,
    PublishRulesChangeResponse,
    ReassignApplicationResponse,
    RecalculateDueMomentsResponse,
    RecordCheckResponse,
    ReconcileDayResponse,
    RecordCourtActResponse,
    RecordCourtActionResponse,
    RecountStatisticsResponse,
    RefuseApplicationResponse,
    RemindAddresseesResponse,
    ResumeSinkResponse,
    RetryParkedMessageResponse,
    ResendStagesResponse,
    SetDayResponse,
    SkipParkedMessageResponse,
    SubmitApplicationResponse,
    TakeApplicationResponse,
    UpdateProviderResponse,
    UploadDocumentResponse,
    WithdrawApplicationResponse,
    WithdrawRuleSetResponse,
}

/// Executes a command in a task of its own.
pub async fn answer<C>(store: &Store, command: C) -> Result<Response<C::Answer>, Status>
where
    C: Command<Refusal: Refused> + 'static,
    C::Answer: Replayable + Send + 'static,
{
    let (handle, tasks) = (store.clone(), store.tasks());
    let executed = tasks
        .spawn(async move { handle.execute(&command).await }.in_current_span())
        .await
        .map_err(|panic| status::fault(&panic))?
        .map_err(status::from_stop)?;
    let mut answer = executed.answer;
    if executed.replayed {
        answer.mark_replayed();
    }
    Ok(Response::new(answer))
}
