//! How a demonstration prints what it got, in lines for people. It never prints what nobody answered.

use std::io::{self, Write};

use chrono::TimeDelta;
use prost_types::Timestamp;

use super::letters::CaughtLetter;
use crate::{
    kernel::local,
    pb::{
        monitoring::v1::ReceivedStage,
        registry::v1::{Application, CheckOutcome, RefusalGround},
    },
    rpc::instant,
};

/// Prints to somewhere.
pub(super) struct Report<'a> {
    out: &'a mut dyn Write,
}

impl<'a> Report<'a> {
    pub(super) const fn to(out: &'a mut dyn Write) -> Self {
        Self { out }
    }

    pub(super) fn heading(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "\n== {text}")
    }

    pub(super) fn line(&mut self, label: &str, text: &str) -> io::Result<()> {
        writeln!(self.out, "   {label:<12} {text}")
    }

    pub(super) fn plain(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out, "{text}")
    }

    /// A text of many lines or of long ones.
    pub(super) fn quote(&mut self, text: &str) -> io::Result<()> {
        for line in text.lines().flat_map(|line| wrapped(line, 92)) {
            writeln!(self.out, "     | {line}")?;
        }
        Ok(())
    }

    /// What came of the checks.
    pub(super) fn findings(&mut self, application: &Application) -> io::Result<()> {
        let with = |outcome| {
            let findings = application.findings.iter();
            findings.filter(move |finding| finding.outcome() == outcome)
        };
        let passed = with(CheckOutcome::Passed).count();
        let open: Vec<&str> = with(CheckOutcome::NeedsOfficer)
            .map(|finding| finding.check.as_str())
            .collect();
        let open = if open.is_empty() {
            String::new()
        } else {
            format!(", an officer must look at {}", open.join(" "))
        };
        let failed = with(CheckOutcome::Failed).count();
        self.line("checks", &format!("{passed} passed, {failed} failed{open}"))?;
        for finding in with(CheckOutcome::Failed) {
            let text = finding.text.as_ref().map_or("", |text| text.en.as_str());
            let article = match finding.article.as_str() {
                "" => String::new(),
                article => format!(", article {article}"),
            };
            let severity = short(finding.severity().as_str_name(), "CHECK_SEVERITY_");
            self.quote(&format!("{} {severity}{article}: {text}", finding.check))?;
        }
        Ok(())
    }

    /// The stages as the monitoring system received them.
    pub(super) fn stages(&mut self, stages: &[ReceivedStage]) -> io::Result<()> {
        self.line("stages", "as the monitoring system received them")?;
        for stage in stages.iter().filter_map(|received| received.stage.as_ref()) {
            let due = match &stage.due_at {
                Some(due) => format!("due {}", moment(Some(due))),
                None => String::new(),
            };
            let line = format!(
                "{:>2} {:<20} {}   {due:<24} {} {}  {}",
                stage.sequence,
                stage.stage,
                moment(stage.occurred_at.as_ref()),
                stage.result,
                stage.refusal_grounds.join(" "),
                stage.official,
            );
            writeln!(self.out, "     {}", line.trim_end())?;
        }
        Ok(())
    }

    /// A letter as it was caught.
    pub(super) fn letter(&mut self, letter: &CaughtLetter, file: &str) -> io::Result<()> {
        self.line("mail", file)?;
        writeln!(self.out, "     From:       {}", letter.from)?;
        writeln!(self.out, "     To:         {}", letter.to)?;
        writeln!(self.out, "     Subject:    {}", letter.subject)?;
        let size = letter.attachment.len();
        writeln!(
            self.out,
            "     Attachment: {}, {size} bytes",
            letter.attachment_name
        )
    }

    /// What a refusal rests on.
    pub(super) fn grounds(&mut self, grounds: &[RefusalGround]) -> io::Result<()> {
        for ground in grounds {
            let code = short(ground.code().as_str_name(), "REFUSAL_GROUND_CODE_");
            let checks = ground.failed_checks.join(" ");
            self.line("refused", &format!("{code}, resting on {checks}"))?;
        }
        Ok(())
    }
}

/// The name of a value without that of its kind.
pub(super) fn short<'a>(name: &'a str, kind: &str) -> &'a str {
    name.strip_prefix(kind).unwrap_or(name)
}

/// A moment in legal time.
pub(super) fn moment(at: Option<&Timestamp>) -> String {
    at.and_then(|at| instant(*at).ok()).map_or_else(
        || "never".to_owned(),
        |at| local(at).format("%a %Y-%m-%d %H:%M").to_string(),
    )
}

/// The end of a day, which is the first moment of the next one.
pub(super) fn end_of_day(at: Option<&Timestamp>) -> String {
    let last_second =
        at.and_then(|at| instant(*at).ok()?.checked_sub_signed(TimeDelta::seconds(1)));
    last_second.map_or_else(
        || "never".to_owned(),
        |at| local(at).format("%a %Y-%m-%d 24:00").to_string(),
    )
}

/// Breaks a line between words.
fn wrapped(line: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in line.split(' ') {
        match lines.last_mut() {
            Some(last) if last.is_empty() => last.push_str(word),
            Some(last) if last.chars().count().saturating_add(word.chars().count()) < width => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_broken_between_words_and_keeps_them_all() {
        let line = "бір екі үш төрт бес";
        assert_eq!(wrapped(line, 8), ["бір екі", "үш төрт", "бес"]);
        assert_eq!(wrapped("", 8), [""]);
        assert_eq!(wrapped("ұзынырақсөз", 4), ["ұзынырақсөз"]);
    }

    #[test]
    fn a_moment_is_shown_in_legal_time() {
        let at = Timestamp {
            seconds: 1_795_496_400,
            nanos: 0,
        };
        assert_eq!(moment(Some(&at)), "Tue 2026-11-24 10:00");
        assert_eq!(moment(None), "never");
    }

    #[test]
    fn a_day_ends_at_twenty_four_hours_of_its_own_date() {
        let at = Timestamp {
            seconds: 1_795_806_000,
            nanos: 0,
        };
        assert_eq!(moment(Some(&at)), "Sat 2026-11-28 00:00");
        assert_eq!(end_of_day(Some(&at)), "Fri 2026-11-27 24:00");
        assert_eq!(end_of_day(None), "never");
    }
}
