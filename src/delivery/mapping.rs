//! What a receiver calls our stages and codes: a table, as data, that is checked before anything is sent.
//! It never changes what the journal says, and never leaves out what it does not know.

use std::{collections::BTreeMap, error::Error, fmt};

use serde::Deserialize;

use crate::pb::monitoring::v1::Stage;

/// The codes that stages can hold: what a table may, or must, name.
#[derive(Clone, Debug, Default)]
pub struct Codes {
    /// Of stages and marks.
    pub stages: Vec<&'static str>,
    /// Of procedures.
    pub procedures: Vec<&'static str>,
    /// Of forms.
    pub forms: Vec<&'static str>,
    /// Of results.
    pub results: Vec<&'static str>,
    /// Of grounds of a refusal.
    pub grounds: Vec<&'static str>,
}

/// The table of one receiver; without one everything is sent as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    #[serde(default)]
    default: Unnamed,
    #[serde(default)]
    stages: BTreeMap<String, StageWords>,
    #[serde(default)]
    procedures: BTreeMap<String, String>,
    #[serde(default)]
    forms: BTreeMap<String, String>,
    #[serde(default)]
    results: BTreeMap<String, String>,
    #[serde(default)]
    grounds: BTreeMap<String, String>,
}

/// What becomes of a code that the table does not name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Unnamed {
    /// It is sent as it is.
    Keep,
    /// There is none: every code must be named.
    #[default]
    Refuse,
}

/// What a receiver calls a stage.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct StageWords {
    code: String,
    kk: Option<String>,
    ru: Option<String>,
    en: Option<String>,
}

/// All that is wrong with a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingFault(Vec<String>);

impl fmt::Display for MappingFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

impl Error for MappingFault {}

impl Mapping {
    /// Reads a table, TOML, and checks it against what there is.
    pub fn parse(text: &str, codes: &Codes) -> Result<Self, MappingFault> {
        let mapping: Self =
            toml::from_str(text).map_err(|error| MappingFault(vec![error.message().to_owned()]))?;
        let problems = mapping.problems(codes);
        if problems.is_empty() {
            Ok(mapping)
        } else {
            Err(MappingFault(problems))
        }
    }

    fn problems(&self, codes: &Codes) -> Vec<String> {
        let stages = self.stages.iter();
        let stages: BTreeMap<&str, &str> = stages
            .map(|(ours, words)| (ours.as_str(), words.code.as_str()))
            .collect();
        let mut problems = Vec::new();
        for (section, named, known) in [
            ("stages", stages, &codes.stages),
            ("procedures", borrowed(&self.procedures), &codes.procedures),
            ("forms", borrowed(&self.forms), &codes.forms),
            ("results", borrowed(&self.results), &codes.results),
            ("grounds", borrowed(&self.grounds), &codes.grounds),
        ] {
            for (ours, theirs) in &named {
                if !known.contains(ours) {
                    problems.push(format!("{section}.{ours} is no code of ours"));
                }
                if theirs.trim().is_empty() {
                    problems.push(format!("{section}.{ours} must not be empty"));
                }
            }
            let missing = known.iter().filter(|code| !named.contains_key(*code));
            if self.default == Unnamed::Refuse {
                problems.extend(missing.map(|code| {
                    format!("{section}.{code} is missing, and default is not \"keep\"")
                }));
            }
        }
        problems
    }

    /// The stage in the receiver's words.
    pub(super) fn apply(&self, mut stage: Stage) -> Stage {
        if let Some(words) = self.stages.get(&stage.stage) {
            stage.stage.clone_from(&words.code);
            for (label, theirs) in [
                (&mut stage.label_kk, &words.kk),
                (&mut stage.label_ru, &words.ru),
                (&mut stage.label_en, &words.en),
            ] {
                if let Some(theirs) = theirs {
                    label.clone_from(theirs);
                }
            }
        }
        say(&self.procedures, &mut stage.procedure);
        say(&self.forms, &mut stage.form);
        say(&self.results, &mut stage.result);
        for ground in &mut stage.refusal_grounds {
            say(&self.grounds, ground);
        }
        stage
    }
}

fn borrowed(table: &BTreeMap<String, String>) -> BTreeMap<&str, &str> {
    let table = table.iter();
    table
        .map(|(ours, theirs)| (ours.as_str(), theirs.as_str()))
        .collect()
}

fn say(table: &BTreeMap<String, String>, code: &mut String) {
    if let Some(theirs) = table.get(code) {
        code.clone_from(theirs);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes() -> Codes {
        Codes {
            stages: vec!["REGISTERED", "REFUSED"],
            procedures: vec!["AMENDMENT"],
            forms: vec!["ELECTRONIC_COPY"],
            results: vec!["REFUSED"],
            grounds: vec!["G1", "G2"],
        }
    }

    const TABLE: &str = r#"
        default = "keep"
        [stages.REFUSED]
        code = "90"
        ru = "Отказано"
        [procedures]
        AMENDMENT = "2"
        [results]
        REFUSED = "N"
        [grounds]
        G2 = "art-7"
    "#;

    #[test]
    fn what_is_named_is_said_in_the_receiver_s_words_and_the_rest_is_kept() {
        let mapping = Mapping::parse(TABLE, &codes()).unwrap();
        let stage = Stage {
            stage: "REFUSED".to_owned(),
            procedure: "AMENDMENT".to_owned(),
            form: "ELECTRONIC_COPY".to_owned(),
            result: "REFUSED".to_owned(),
            label_kk: "kk".to_owned(),
            label_ru: "ru".to_owned(),
            refusal_grounds: vec!["G1".to_owned(), "G2".to_owned()],
            ..Stage::default()
        };
        let expected = Stage {
            stage: "90".to_owned(),
            procedure: "2".to_owned(),
            result: "N".to_owned(),
            label_ru: "Отказано".to_owned(),
            refusal_grounds: vec!["G1".to_owned(), "art-7".to_owned()],
            ..stage.clone()
        };
        assert_eq!(mapping.apply(stage.clone()), expected);
        assert_eq!(Mapping::default().apply(stage.clone()), stage);
    }

    #[test]
    fn a_table_that_keeps_nothing_must_name_every_code() {
        let text = TABLE.replace("default = \"keep\"", "");
        let fault = Mapping::parse(&text, &codes()).unwrap_err();
        let missing = |code| format!("{code} is missing, and default is not \"keep\"");
        assert_eq!(
            fault.0,
            ["stages.REGISTERED", "forms.ELECTRONIC_COPY", "grounds.G1"].map(missing)
        );
    }

    #[test]
    fn a_code_that_is_not_ours_or_says_nothing_is_an_error() {
        let text = "default = \"keep\"\n[grounds]\nG9 = \"x\"\nG1 = \" \"";
        let fault = Mapping::parse(text, &codes()).unwrap_err();
        let expected = "grounds.G1 must not be empty; grounds.G9 is no code of ours";
        assert_eq!(fault.to_string(), expected);
        let unknown = Mapping::parse("default = \"guess\"", &codes()).unwrap_err();
        assert!(unknown.to_string().contains("unknown variant"), "{unknown}");
        assert!(Mapping::parse("stage = 1", &codes()).is_err());
    }
}
