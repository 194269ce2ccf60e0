//! What a correction is decided upon: the document as it reads, and how the agreement would stand if it
//! read otherwise.
//! It never decides, and never looks at an entry in two versions at once.

use sea_orm::DatabaseConnection;

use crate::{
    application::{
        Procedure, Subject,
        content::filed_message,
        model::Application,
        reading::{self, Difference},
        rows::application_by_id,
        standing::{Standing, documents_at},
        subject::names,
    },
    kernel::{ApplicationId, local},
    register::{queries::newest, rows::entry},
    rpc::{FieldError, FieldErrors},
    store::StoreFault,
};

/// A document of an entry, as it stands and as it is to read.
pub(super) struct Case {
    /// What filed the document.
    pub(super) application: Application,
    /// What it says as it stands.
    pub(super) document: Subject,
    /// How the agreement stands.
    pub(super) before: Standing,
    /// How both are once the parts read otherwise; or why they cannot.
    pub(super) after: Result<After, Vec<FieldError>>,
}

/// What comes of the correction.
pub(super) struct After {
    /// The fields that come to read otherwise.
    pub(super) differences: Vec<Difference>,
    /// What the document says then.
    pub(super) document: Subject,
    /// How the agreement stands then.
    pub(super) standing: Standing,
}

impl Case {
    /// Reads it; none if the application made no version of the entry.
    pub(super) async fn load(
        reads: &DatabaseConnection,
        entry: &entry::Model,
        application: ApplicationId,
        procedure: Procedure,
        parts: &[u8],
    ) -> Result<Option<Self>, StoreFault> {
        let documents = documents_at(reads, entry.id.into(), newest(entry)?).await?;
        let Some(document) = documents.filed(application) else {
            return Ok(None);
        };
        let application = application_by_id(reads, application)
            .await?
            .ok_or_else(|| StoreFault::corrupt("entry version", "names no application"))?;
        let mut case = Self {
            document: document.subject()?,
            before: documents.standing()?,
            after: Err(vec![not_of_the_procedure()]),
            application,
        };
        if procedure != document.procedure {
            return Ok(Some(case));
        }
        let bytes = reading::corrected(procedure, &document.bytes, parts)?;
        let differences = reading::differences(procedure, &document.bytes, &bytes)?;
        case.after = match parsed(procedure, &bytes, &case.application)? {
            Err(wrong) => Err(wrong),
            Ok(subject) => {
                let mut corrected = documents.clone();
                corrected.correct(case.application.id, parts)?;
                Ok(After {
                    differences,
                    document: subject,
                    standing: corrected.standing()?,
                })
            }
        };
        Ok(Some(case))
    }
}

/// Reads the document anew, by the rules of the day it was filed: it was that document then.
fn parsed(
    procedure: Procedure,
    bytes: &[u8],
    application: &Application,
) -> Result<Result<Subject, Vec<FieldError>>, StoreFault> {
    let message = filed_message(procedure, bytes)?;
    let filed_on = local(application.received_at).date();
    let mut errors = FieldErrors::new();
    let (part, _) = names(procedure);
    let subject = errors.at(&format!("content.{part}"), |errors| {
        Subject::parse(&message, filed_on, errors)
    });
    Ok(match subject {
        Some(subject) if errors.is_empty() => Ok(subject),
        _ => Err(errors.into_malformed().violations().to_vec()),
    })
}

fn not_of_the_procedure() -> FieldError {
    FieldError::wrong("content.corrected", "does not belong to this procedure")
}
