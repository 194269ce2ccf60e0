//! Whether each check finds what it must, and nothing that it must not.

mod catalogue;
mod changes;
mod findings;
mod officers;
mod privacy;
mod rule_set;
mod signed;
mod table;

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    CheckCode, CheckInput, Finding, Outcome, Reference, RegisterFacts, RuleSet, Severity,
    Signatures, Verdict, proposed_grounds, run, verdict,
};
use crate::{
    application::{
        Form,
        agreement::{
            Agreement,
            fixture::{day, pb_agreement, read, today},
        },
        entry_change::EntryChange,
        refusal::Ground,
    },
    kernel::{Bin, Iin, Personal},
    pb::registry::v1 as pb,
    signature::{Signer, SignerRole},
};

type Pb = pb::ParticipationAgreement;

/// A case of which everything is right until a test changes it.
struct Case {
    form: Form,
    change: Option<EntryChange>,
    agreement: Agreement,
    registered_on: NaiveDate,
    filed_late: bool,
    signatures: Signatures,
    register: RegisterFacts,
    rules: RuleSet,
}

impl Case {
    fn of(form: Form, pb: &Pb) -> Self {
        let shareholder = || signer("010101300010", None, &[SignerRole::Individual]);
        Self {
            form,
            change: None,
            agreement: read(pb),
            registered_on: today(),
            filed_late: false,
            signatures: Signatures {
                cooperative: Ok(executive()),
                shareholder: (form == Form::ElectronicContract).then(|| Ok(shareholder())),
                former_shareholder: None,
            },
            register: RegisterFacts::default(),
            rules: RuleSet::shipped().unwrap(),
        }
    }

    fn findings(&self) -> Vec<Finding> {
        let input = CheckInput {
            form: self.form,
            change: self.change.as_ref(),
            agreement: &self.agreement,
            registered_on: self.registered_on,
            filed_late: self.filed_late,
            signatures: &self.signatures,
            register: &self.register,
            at: at(),
        };
        let findings = run(&input, &self.rules);
        for text in findings.iter().filter_map(|finding| finding.text.as_ref()) {
            let is_filled = |text: &String| !text.contains(['{', '}']);
            assert!(
                [&text.kk, &text.ru, &text.en].into_iter().all(is_filled),
                "{text:?}"
            );
        }
        findings
    }

    fn finding(&self, check: CheckCode) -> Finding {
        finding_of(&self.findings(), check).clone()
    }

    /// Every finding that is not as in the untouched case: code, outcome, severity, ground it supports.
    fn remarkable(&self) -> Vec<Remark> {
        let untouched = Self::of(self.form, &pb_agreement()).findings();
        let findings = self.findings();
        let changed = findings
            .iter()
            .zip(&untouched)
            .filter(|(finding, untouched)| finding.outcome != untouched.outcome);
        changed
            .map(|(finding, _)| {
                let ground = Ground::ALL
                    .into_iter()
                    .find(|ground| finding.supports(*ground));
                (
                    finding.check.code(),
                    finding.outcome,
                    finding.severity,
                    ground.map(Ground::code),
                )
            })
            .collect()
    }
}

type Remark = (&'static str, Outcome, Severity, Option<&'static str>);

/// A failure that supports a ground.
const fn refusal(check: &'static str, ground: &'static str) -> Remark {
    (check, Outcome::Failed, Severity::Refusal, Some(ground))
}

/// A failure that supports nothing.
const fn warning(check: &'static str) -> Remark {
    (check, Outcome::Failed, Severity::Warning, None)
}

fn contract() -> Case {
    Case::of(Form::ElectronicContract, &pb_agreement())
}

fn copy() -> Case {
    Case::of(Form::ElectronicCopy, &pb_agreement())
}

fn contract_with(change: impl FnOnce(&mut Pb)) -> Case {
    let mut pb = pb_agreement();
    change(&mut pb);
    Case::of(Form::ElectronicContract, &pb)
}

fn finding_of(findings: &[Finding], check: CheckCode) -> &Finding {
    findings
        .iter()
        .find(|finding| finding.check == check)
        .unwrap()
}

/// What a finding that has words says in English.
fn english(finding: &Finding) -> &str {
    &finding.text.as_ref().unwrap().en
}

fn at() -> DateTime<Utc> {
    "2026-03-20T05:00:00Z".parse().unwrap()
}

fn signer(iin: &str, bin: Option<&str>, roles: &[SignerRole]) -> Signer {
    Signer {
        iin: Some(Iin::parse(iin, today()).unwrap()),
        bin: bin.map(|bin| Bin::parse(bin).unwrap()),
        roles: roles.iter().copied().collect(),
        name: Personal::new("Канарейкин Пример Образцович".to_owned()),
        certificate_sha256: [7; 32],
        signed_at: Some(at()),
    }
}

fn executive() -> Signer {
    signer(
        "010101300102",
        Some("600740000012"),
        &[SignerRole::ChiefExecutive],
    )
}
