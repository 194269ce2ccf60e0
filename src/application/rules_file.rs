//! What `tizilim rules` does: prints the shipped rule set, or tells of one in a file whether it is of use.
//! It never activates one.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::checks::{RuleSet, RulesFault};

/// Why a rule set in a file is of no use, or could not be told of.
#[derive(Debug, Error)]
pub enum RulesFileFault {
    /// The file cannot be read.
    #[error("cannot read {}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It is not TOML.
    #[error("{} cannot be used", file.display())]
    NotToml {
        /// The file.
        file: PathBuf,
        /// Where and why.
        source: RulesFault,
    },
    /// So many things are wrong with it; each was told.
    #[error("{} cannot be used; problems: {count}", file.display())]
    Wrong {
        /// The file.
        file: PathBuf,
        /// How many.
        count: usize,
    },
    /// The output does not take more.
    #[error("the output cannot be written")]
    Write(#[from] io::Error),
}

/// Prints the shipped rule set: what another one begins with.
pub fn print_shipped(output: &mut impl Write) -> io::Result<()> {
    output.write_all(RuleSet::SHIPPED.as_bytes())
}

/// Prints what the rule set in a file is, or all that is wrong with it, a problem in each line.
pub fn check_file(file: &Path, output: &mut impl Write) -> Result<(), RulesFileFault> {
    let named = || file.to_owned();
    let text = std::fs::read_to_string(file).map_err(|source| RulesFileFault::Unreadable {
        file: named(),
        source,
    })?;
    match RuleSet::parse(&text) {
        Ok(rules) => {
            let sha256 = hex::encode(Sha256::digest(&text));
            let (version, from) = (&rules.version, rules.effective_from);
            writeln!(output, "version {version}")?;
            writeln!(output, "judges what is registered from {from} on")?;
            Ok(writeln!(output, "sha256 {sha256}")?)
        }
        Err(source @ RulesFault::NotToml { .. }) => Err(RulesFileFault::NotToml {
            file: named(),
            source,
        }),
        Err(RulesFault::Wrong(problems)) => {
            for problem in &problems {
                writeln!(output, "{problem}")?;
            }
            Err(RulesFileFault::Wrong {
                file: named(),
                count: problems.len(),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> (Result<(), RulesFileFault>, String) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("rules.toml");
        std::fs::write(&file, text).unwrap();
        let mut output = Vec::new();
        let checked = check_file(&file, &mut output);
        (checked, String::from_utf8(output).unwrap())
    }

    #[test]
    fn what_is_printed_passes_the_check() {
        let mut shipped = Vec::new();
        print_shipped(&mut shipped).unwrap();
        let (checked, output) = told(&String::from_utf8(shipped).unwrap());
        checked.unwrap();
        assert!(output.starts_with(
            "version 159/2024-232\njudges what is registered from 2025-01-01 on\nsha256 "
        ));
    }

    #[test]
    fn every_problem_of_a_file_is_told_in_a_line_of_its_own() {
        let text = RuleSet::SHIPPED
            .replacen("contribution_tolerance_per_mille = 10", "", 1)
            .replacen("title.kk = ", "title.tr = ", 1);
        let (checked, output) = told(&text);
        assert!(checked.unwrap_err().to_string().ends_with("problems: 3"));
        assert_eq!(
            output,
            "parameters.contribution_tolerance_per_mille is required\n\
             checks.C01.title.kk is required\n\
             checks.C01.title.tr is not known here\n"
        );
        let (checked, output) = told("version = 1\neffective_from");
        assert!(matches!(
            checked,
            Err(RulesFileFault::NotToml {
                source: RulesFault::NotToml { line: 2, .. },
                ..
            })
        ));
        assert!(output.is_empty());
        let missing = check_file(Path::new("no-such-file.toml"), &mut Vec::new());
        assert!(matches!(missing, Err(RulesFileFault::Unreadable { .. })));
    }
}
