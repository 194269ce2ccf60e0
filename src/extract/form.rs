//! What an extract says, and nothing else: the template reads these data and only arranges them.
//! It never holds data of the shareholder (D-14).

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use tizilim_typesetting::legible;

use super::VerificationCode;
use crate::kernel::{Localized, local};
use crate::register::{Columns, SignedCorrection};

/// The content of one extract: the same entry version always gives the same form (I-10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtractForm {
    /// Number of the register entry.
    pub entry_number: String,
    /// Version of the entry, from 1; a later one says that it takes the place of those before.
    pub entry_version: u32,
    /// When this version entered the register.
    pub entered_at: DateTime<Utc>,
    /// The provider, printed in Kazakh and Russian.
    pub provider_name: Localized,
    /// Post of the provider's head, printed in Kazakh and Russian.
    pub head_post: Localized,
    /// Surname, name, patronymic of the provider's head.
    pub head_name: String,
    /// Lets anyone who holds the extract ask whether it is genuine.
    pub verification_code: VerificationCode,
    /// The eight columns.
    pub columns: Columns,
    /// The correction of slips that made the version; noted outside the columns (D-14).
    pub correction: Option<SignedCorrection>,
}

impl ExtractForm {
    /// The form as the template's `data.json`. Every text in it can be printed.
    pub(super) fn data(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut data = json!({
            "entry_number": self.entry_number,
            "entry_version": self.entry_version,
            "entered_at": local(self.entered_at).format("%d.%m.%Y %H:%M:%S").to_string(),
            "provider_name": self.provider_name,
            "head_post": self.head_post,
            "head_name": self.head_name,
            "verification_code": self.verification_code.to_string(),
            "columns": self.columns,
            "correction": self.correction,
        });
        make_legible(&mut data);
        if let Value::Object(data) = &mut data {
            data.insert("record".to_owned(), Value::String(self.record()?));
        }
        serde_json::to_vec(&data)
    }

    /// The machine-readable copy of the extract (D-14), which the template leaves in the PDF's
    /// description, because PDF/A-2 has no room for attached files.
    fn record(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&Record {
            entry_number: &self.entry_number,
            entry_version: self.entry_version,
            entered_at: self.entered_at.to_rfc3339_opts(SecondsFormat::AutoSi, true),
            columns: &self.columns,
            correction: self.correction.as_ref(),
        })
    }
}

#[derive(Serialize)]
struct Record<'a> {
    entry_number: &'a str,
    entry_version: u32,
    entered_at: String,
    columns: &'a Columns,
    #[serde(skip_serializing_if = "Option::is_none")]
    correction: Option<&'a SignedCorrection>,
}

fn make_legible(value: &mut Value) {
    match value {
        Value::String(text) => *text = legible(text),
        Value::Array(items) => items.iter_mut().for_each(make_legible),
        Value::Object(fields) => fields.values_mut().for_each(make_legible),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
