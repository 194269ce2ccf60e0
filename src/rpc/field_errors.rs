//! Everything that is wrong with the fields of one request, collected before any of it is answered.
//! It never repeats what a field held: that may be personal data (I-7).

use std::fmt::Display;

use crate::kernel::Problem;

/// More than a status can carry; a request of a megabyte can have millions of wrong fields.
const FOUND_MAX: usize = 500;

const REQUIRED: &str = "is required";

/// Collects every violation of a request (D-9); paths are spelt as in proto.
#[derive(Debug, Default)]
pub struct FieldErrors {
    scope: String,
    found: Vec<FieldError>,
    not_kept: usize,
    incomplete: bool,
}

/// One violation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The field, as in proto: `agreement.share.area_dm2`.
    pub path: String,
    /// The end of a sentence that begins with the field: `must have 12 digits`.
    pub problem: String,
    /// Whether something required is absent.
    pub missing: bool,
}

impl FieldError {
    /// Something that is there and wrong.
    pub fn wrong(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            problem: problem.into(),
            missing: false,
        }
    }
}

/// A request of the wrong shape, with all that is wrong with it.
#[derive(Debug, PartialEq, Eq)]
pub struct Malformed {
    pub(super) found: Vec<FieldError>,
    pub(super) not_kept: usize,
    pub(super) incomplete: bool,
}

impl FieldErrors {
    /// Begins with nothing wrong.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a violation of the field at `path`.
    pub fn add(&mut self, path: &str, problem: impl Display) {
        self.push(path, problem.to_string(), false);
    }

    /// Adds that the required field at `path` is absent.
    pub fn missing(&mut self, path: &str) {
        self.push(path, REQUIRED.to_owned(), true);
    }

    /// Gives the value of a required field, or adds that it is absent.
    pub fn present<T>(&mut self, path: &str, value: Option<T>) -> Option<T> {
        if value.is_none() {
            self.missing(path);
        }
        value
    }

    /// Gives a value that was read, or adds what is wrong with it.
    pub fn read<T>(&mut self, path: &str, value: Result<T, Problem>) -> Option<T> {
        value.map_err(|problem| self.add(path, problem)).ok()
    }

    /// Reads a required text; an empty one is absent.
    pub fn required<T>(
        &mut self,
        path: &str,
        text: &str,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<T> {
        if text.is_empty() {
            self.missing(path);
            return None;
        }
        self.read(path, parse(text))
    }

    /// Reads an optional text: `Some(None)` if it is empty, `None` if it is wrong.
    pub fn optional<T>(
        &mut self,
        path: &str,
        text: &str,
        parse: impl FnOnce(&str) -> Result<T, Problem>,
    ) -> Option<Option<T>> {
        if text.is_empty() {
            return Some(None);
        }
        self.read(path, parse(text)).map(Some)
    }

    /// Reads what lies under the field at `path`; paths added meanwhile continue it.
    pub fn at<T>(&mut self, path: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.scope.len();
        if outer > 0 && !path.is_empty() {
            self.scope.push('.');
        }
        self.scope.push_str(path);
        let value = read(self);
        self.scope.truncate(outer);
        value
    }

    /// Reads the element `index` of the repeated field at `path`: `documents[2]`.
    pub fn item<T>(&mut self, path: &str, index: usize, read: impl FnOnce(&mut Self) -> T) -> T {
        self.at(&format!("{path}[{index}]"), read)
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Gives what was read if nothing is wrong.
    pub fn into_result<T>(self, value: T) -> Result<T, Malformed> {
        if self.is_empty() {
            Ok(value)
        } else {
            Err(self.into_malformed())
        }
    }

    /// Gives up the request.
    pub fn into_malformed(self) -> Malformed {
        Malformed {
            found: self.found,
            not_kept: self.not_kept,
            incomplete: self.incomplete,
        }
    }

    fn push(&mut self, path: &str, problem: String, missing: bool) {
        self.incomplete |= missing;
        if self.found.len() < FOUND_MAX {
            self.found.push(FieldError {
                path: self.join(path),
                problem,
                missing,
            });
        } else {
            self.not_kept = self.not_kept.saturating_add(1);
        }
    }

    fn join(&self, path: &str) -> String {
        match (self.scope.is_empty(), path.is_empty()) {
            (true, _) => path.to_owned(),
            (false, true) => self.scope.clone(),
            (false, false) => format!("{}.{path}", self.scope),
        }
    }
}

impl Malformed {
    /// What is wrong, in the order it was found.
    pub fn violations(&self) -> &[FieldError] {
        &self.found
    }

    /// A request with one violation.
    pub fn one(path: &str, problem: impl Display) -> Self {
        let mut errors = FieldErrors::new();
        errors.add(path, problem);
        errors.into_malformed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Bin;

    fn paths(malformed: &Malformed) -> Vec<&str> {
        malformed
            .found
            .iter()
            .map(|error| error.path.as_str())
            .collect()
    }

    #[test]
    fn paths_continue_the_scope_they_are_added_in() {
        let mut errors = FieldErrors::new();
        errors.at("agreement", |errors| {
            errors.missing("number");
            errors.item("documents", 2, |errors| errors.add("sha256", "must be hex"));
            errors.at("share", |errors| errors.missing(""));
        });
        errors.missing("request_id");
        let malformed = errors.into_malformed();
        assert_eq!(
            paths(&malformed),
            [
                "agreement.number",
                "agreement.documents[2].sha256",
                "agreement.share",
                "request_id"
            ]
        );
    }

    #[test]
    fn values_pass_only_if_nothing_is_wrong() {
        let mut errors = FieldErrors::new();
        let bin = errors.required("bin", "600740000012", Bin::parse);
        let none = errors.optional("branch_bin", "", Bin::parse);
        assert_eq!(none, Some(None));
        assert!(errors.is_empty());
        assert_eq!(
            errors.into_result(bin).unwrap().unwrap().as_str(),
            "600740000012"
        );

        let mut errors = FieldErrors::new();
        assert!(errors.required("bin", "", Bin::parse).is_none());
        assert!(errors.optional("branch_bin", "1", Bin::parse).is_none());
        assert!(errors.present::<()>("share", None).is_none());
        let malformed = errors.into_result(()).unwrap_err();
        let error = |path: &str, problem: &str, missing| FieldError {
            path: path.to_owned(),
            problem: problem.to_owned(),
            missing,
        };
        assert_eq!(
            malformed.found,
            [
                error("bin", "is required", true),
                error("branch_bin", "must have 12 digits", false),
                error("share", "is required", true),
            ]
        );
        assert!(malformed.incomplete);
    }

    #[test]
    fn more_violations_than_anyone_reads_are_counted_but_not_kept() {
        let mut errors = FieldErrors::new();
        for _ in 0..FOUND_MAX {
            errors.add("list", "is wrong");
        }
        errors.missing("list");
        let malformed = errors.into_malformed();
        assert_eq!(malformed.found.len(), FOUND_MAX);
        assert_eq!(malformed.not_kept, 1);
        assert!(malformed.incomplete, "what is not kept counts all the same");
    }
}
