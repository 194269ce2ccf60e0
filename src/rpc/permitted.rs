//! A long answer goes on for as long as its caller has the right to it.
//! It never sends what comes after the right was found to have ended.

use std::{pin::Pin, time::Duration};

use futures_util::{Stream, StreamExt as _, stream};
use tokio::time::Instant;
use tonic::Status;

use super::Credentials;
use crate::authz::{Action, Scope};

/// How often the rights of a caller are looked at again.
const LOOK: Duration = Duration::from_secs(15);

/// An answer of many messages.
pub type Answer<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// The answer to a caller with these credentials, as long as they give the right to call `A` over the same
/// objects.
pub fn permitted<A: Action, T: Send + 'static>(
    answer: Answer<T>,
    credentials: Credentials,
    scope: Scope,
) -> Answer<T> {
    every::<A, T>(LOOK, answer, credentials, scope)
}

struct Guarded<T> {
    answer: Answer<T>,
    credentials: Credentials,
    scope: Scope,
    look: Duration,
    looked_at: Instant,
}

fn every<A: Action, T: Send + 'static>(
    look: Duration,
    answer: Answer<T>,
    credentials: Credentials,
    scope: Scope,
) -> Answer<T> {
    let guarded = Guarded {
        answer,
        credentials,
        scope,
        look,
        looked_at: Instant::now(),
    };
    let guarded = stream::try_unfold(guarded, async |mut guarded| {
        let next = guarded.next::<A>().await?;
        Ok(next.map(|item| (item, guarded)))
    });
    Box::pin(guarded)
}

impl<T> Guarded<T> {
    async fn next<A: Action>(&mut self) -> Result<Option<T>, Status> {
        let Some(item) = self.answer.next().await.transpose()? else {
            return Ok(None);
        };
        // After the wait: whoever reads slowly is asked again before more is sent.
        if self.looked_at.elapsed() >= self.look {
            self.credentials.still::<A>(&self.scope).await?;
            self.looked_at = Instant::now();
        }
        Ok(Some(item))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tonic::Code;

    use super::*;
    use crate::{
        authn::{CallersFile, account, mint},
        authz::ExportRegister,
        kernel::SystemIds,
        rpc::status,
    };

    struct Known {
        folder: tempfile::TempDir,
        callers: Arc<CallersFile>,
        credentials: Credentials,
    }

    impl Known {
        fn agency() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("callers.toml");
            let caller = account("portal", "agency", "600740000012", &["read".to_owned()]);
            let minted = mint(&caller.unwrap(), &SystemIds::default());
            std::fs::write(&path, &minted.row).unwrap();
            let callers = Arc::new(CallersFile::open(&path).unwrap());
            let tokens = Arc::<CallersFile>::clone(&callers);
            Self {
                credentials: Credentials::of(minted.token.expose(), tokens),
                callers,
                folder,
            }
        }

        fn answer(&self, look: Duration, scope: Scope) -> Answer<i32> {
            let endless = Box::pin(stream::iter(0..).map(Ok));
            every::<ExportRegister, _>(look, endless, self.credentials.clone(), scope)
        }

        /// Another account takes the place of the only one.
        fn replace(&self) {
            let other = account("other", "agency", "600740000012", &["read".to_owned()]);
            let other = mint(&other.unwrap(), &SystemIds::default());
            std::fs::write(self.folder.path().join("callers.toml"), other.row).unwrap();
            self.callers.look(None);
        }
    }

    #[tokio::test]
    async fn an_answer_ends_when_the_right_to_it_does() {
        let known = Known::agency();
        let mut answer = known.answer(Duration::ZERO, Scope::Everything);
        for expected in 0..3 {
            assert_eq!(answer.next().await.unwrap().unwrap(), expected);
        }
        known.replace();
        let ended = answer.next().await.unwrap().unwrap_err();
        assert_eq!(ended.code(), Code::Unauthenticated);
        assert!(answer.next().await.is_none());
    }

    #[tokio::test]
    async fn a_right_over_other_objects_is_another_right() {
        let known = Known::agency();
        let own = crate::kernel::Bin::parse("600740000012").unwrap();
        let mut answer = known.answer(Duration::ZERO, Scope::Provider(own));
        let ended = answer.next().await.unwrap().unwrap_err();
        assert_eq!(ended.code(), Code::PermissionDenied);
    }

    #[tokio::test]
    async fn nobody_is_asked_before_it_is_time_and_what_is_wrong_with_the_answer_ends_it() {
        let known = Known::agency();
        let mut answer = known.answer(Duration::from_mins(1), Scope::Everything);
        known.replace();
        assert_eq!(answer.next().await.unwrap().unwrap(), 0);
        let wrong: Answer<i32> = Box::pin(stream::iter([Err(status::permission_denied())]));
        let mut answer =
            permitted::<ExportRegister, _>(wrong, known.credentials.clone(), Scope::Everything);
        assert_eq!(
            answer.next().await.unwrap().unwrap_err().code(),
            Code::PermissionDenied
        );
        assert!(answer.next().await.is_none());
    }
}
