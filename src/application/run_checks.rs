//! The automatic checks of a registered application (cl. 8), and their repetition when the register
//! changed under an open one (D-23).
//! They never refuse: they find, and an officer decides.

use std::sync::Arc;

use sea_orm::DatabaseConnection;

use super::{
    Office, RuleSet,
    addressed::{require_stage, step_changes},
    case::{Case, Change},
    checks::{
        self, CheckCode, CheckInput, Finding, Outcome, Reference, RegisterFacts, Signatures,
        Verdict,
    },
    content::signed_bytes,
    model::{Application, Step},
    objection::Objection,
    rows,
    stage::Stage,
};
use crate::{
    kernel::{ApplicationId, Moment, local},
    register::{
        ClaimState,
        rows::{Claim, claim_of_share, place_of_document},
    },
    signature::{SignatureProblem, Signer},
    store::{Changes, Command, Fence, Origin, RequestKey, StoreFault},
};

/// The system's command to run the checks.
pub(crate) struct RunChecks {
    pub(crate) office: Arc<Office>,
    pub(crate) id: ApplicationId,
    pub(crate) fence: Fence,
}

/// What the checks are made upon.
pub(crate) struct Loaded {
    application: Application,
    case: Case,
    signatures: Signatures,
    register: RegisterFacts,
    rules: Arc<RuleSet>,
}

/// Who signed what an application filed, by the certificates as they stood when it arrived.
pub(crate) async fn signatures_of(
    office: &Office,
    application: &Application,
    content: &rows::content::Model,
) -> Result<Signatures, StoreFault> {
    let signed = signed_bytes(office, application, content).await?;
    let at = application.received_at;
    let (verifier, signed) = (&office.verifier, signed.as_slice());
    let given = async |signature: Option<&[u8]>| match signature {
        Some(signature) => Some(verifier.verify(signed, signature, at).await),
        None => None,
    };
    Ok(Signatures {
        cooperative: verifier
            .verify(signed, &content.cooperative_signature, at)
            .await,
        shareholder: given(content.shareholder_signature.as_deref()).await,
        former_shareholder: given(content.former_shareholder_signature.as_deref()).await,
    })
}

/// What the register holds against an application (C14, C21, C23, C25).
///
/// The share is the one that the application is about as its entry stands. The claim on it is the caller's:
/// a grant writes over the very claim that it was decided upon.
pub(crate) async fn register_facts(
    reads: &DatabaseConnection,
    application: &Application,
    reference: Option<Reference>,
    (share_key, claim): (&str, Option<&Claim>),
) -> Result<RegisterFacts, StoreFault> {
    let of_another = claim.filter(|claim| application.entry != Some(claim.entry));
    let held = |state: ClaimState| {
        let claim = of_another.filter(|claim| claim.state == state);
        claim.map(|claim| claim.entry_number.clone())
    };
    let (key, sha256) = (&application.agreement_key, &application.agreement_sha256);
    let document = place_of_document(reads, key, Some(sha256)).await?;
    let open = rows::open_applications_for_share(reads, share_key).await?;
    Ok(RegisterFacts {
        live_entry_on_share: held(ClaimState::Live),
        owned_by_entry: held(ClaimState::Owned),
        same_agreement_registered: document.registered_by,
        document_key: document.key,
        reference,
        open_applications_on_share: open
            .into_iter()
            .filter(|(id, _)| *id != application.id)
            .map(|(_, number)| number)
            .collect(),
    })
}

impl Command for RunChecks {
    type Loaded = Option<Loaded>;
    type Decided = (Step, Moment);
    type Refusal = Objection;
    type Answer = ();

    fn request(&self) -> Option<&RequestKey> {
        None
    }

    fn fence(&self) -> Option<Fence> {
        Some(self.fence)
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Self::Loaded, StoreFault> {
        let Some(application) = rows::application_by_id(reads, self.id).await? else {
            return Ok(None);
        };
        let case = Case::load(reads, &application).await?;
        let signatures = signatures_of(&self.office, &application, &case.content).await?;
        let share_key = case.share_key(&application);
        let claim = claim_of_share(reads, share_key).await?;
        let share = (share_key, claim.as_ref());
        let register = register_facts(reads, &application, case.reference(), share).await?;
        let rules = self.office.rules.for_application(&application)?;
        Ok(Some(Loaded {
            application,
            case,
            signatures,
            register,
            rules,
        }))
    }

    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Self::Decided, Objection> {
        let loaded = loaded.ok_or(Objection::NothingToDo)?;
        require_stage(&loaded.application, &[Stage::Registered])?;
        if is_unverifiable(&loaded.signatures) {
            return Err(Objection::SignatureUnverifiable);
        }
        let input = CheckInput {
            form: loaded.application.form,
            change: loaded.case.change.as_ref().map(Change::asked),
            agreement: &loaded.case.outcome.agreement,
            registered_on: local(loaded.application.registered_at).date(),
            filed_late: loaded.application.filed_late,
            signatures: &loaded.signatures,
            register: &loaded.register,
            at: moment.instant,
        };
        let findings = checks::run(&input, &loaded.rules);
        let goes_on = goes_on(&self.office, &loaded.application, &findings)?;
        let step = Step::of(loaded.application, moment.instant)
            .with(|application| {
                application.findings = findings;
                application.checked_at = Some(moment.instant);
            })
            .reach(Stage::InReview);
        let step = if goes_on {
            step.reach(Stage::AwaitingSignature)
        } else {
            step
        };
        Ok((step, moment))
    }

    fn changes(&self, (step, moment): &Self::Decided) -> Result<Changes, StoreFault> {
        step_changes(&self.office, step, Origin::of_system("run_checks", *moment))
    }

    fn answer(&self, _decided: Self::Decided) {}
}

/// Whether nothing stands in the way of the head's signature, and no officer must say so first.
fn goes_on(
    office: &Office,
    application: &Application,
    findings: &[Finding],
) -> Result<bool, Objection> {
    let provider = office.decider(&application.provider_id)?;
    let all_passed = checks::verdict(findings) == Verdict::AllPassed;
    Ok(all_passed && !application.is_confirmed_by_officer(&provider))
}

/// An outage is no finding: the checks run again later.
pub(crate) fn is_unverifiable(signatures: &Signatures) -> bool {
    let is_outage = |result: &Result<Signer, SignatureProblem>| {
        matches!(result, Err(SignatureProblem::CouldNotVerify(_)))
    };
    let of_persons = [&signatures.shareholder, &signatures.former_shareholder];
    is_outage(&signatures.cooperative) || of_persons.into_iter().flatten().any(is_outage)
}

/// The system's command to look again at what the register holds, after another application for the
/// same share or agreement was granted (D-23).
pub(crate) struct RecheckRegister {
    pub(crate) office: Arc<Office>,
    pub(crate) id: ApplicationId,
    /// None if a caller's command makes us look.
    pub(crate) fence: Option<Fence>,
}

/// Where findings stand and the decision does not.
const CHECKED: &[Stage] = &[Stage::InReview, Stage::AwaitingSignature];

impl Command for RecheckRegister {
    type Loaded = Option<(Application, RegisterFacts, Arc<RuleSet>)>;
    type Decided = (Step, Moment);
    type Refusal = Objection;
    type Answer = ();

    fn request(&self) -> Option<&RequestKey> {
        None
    }

    fn fence(&self) -> Option<Fence> {
        self.fence
    }

    async fn load(
        &self,
        reads: &DatabaseConnection,
        _moment: Moment,
    ) -> Result<Self::Loaded, StoreFault> {
        let Some(application) = rows::application_by_id(reads, self.id).await? else {
            return Ok(None);
        };
        // Of a new agreement the register is asked without a look at what was filed.
        let case = if application.procedure.changes_an_entry() && application.is_undecided() {
            Some(Case::load(reads, &application).await?)
        } else {
            None
        };
        let reference = case.as_ref().and_then(Case::reference);
        let share_key = case.as_ref().map(|case| case.share_key(&application));
        let share_key = share_key.unwrap_or(&application.share_key);
        let claim = claim_of_share(reads, share_key).await?;
        let share = (share_key, claim.as_ref());
        let register = register_facts(reads, &application, reference, share).await?;
        let rules = self.office.rules.for_application(&application)?;
        Ok(Some((application, register, rules)))
    }

    fn decide(&self, loaded: Self::Loaded, moment: Moment) -> Result<Self::Decided, Objection> {
        let (application, register, rules) = loaded.ok_or(Objection::NothingToDo)?;
        require_stage(&application, CHECKED)?;
        let found =
            checks::register_findings(&register, application.procedure, &rules, moment.instant);
        let findings = checks::rechecked(&application.findings, found);
        if outcomes(&findings) == outcomes(&application.findings) {
            // Nothing new: there is nothing to change, and nobody to tell.
            return Err(Objection::NothingToDo);
        }
        let verdict = checks::verdict(&findings);
        let goes_on = goes_on(&self.office, &application, &findings)?;
        let stage = application.stage;
        let step = Step::of(application, moment.instant).with(|application| {
            application.findings = findings;
            application.checked_at = Some(moment.instant);
        });
        let step = match (stage, verdict) {
            // The share was freed: nothing stands in the way any more (D-24).
            (Stage::InReview, Verdict::AllPassed) if goes_on => {
                step.reach(Stage::AwaitingSignature)
            }
            (Stage::AwaitingSignature, Verdict::Open(_) | Verdict::Failed(_)) => {
                step.reach(Stage::InReview)
            }
            _ => step,
        };
        Ok((step, moment))
    }

    fn changes(&self, (step, moment): &Self::Decided) -> Result<Changes, StoreFault> {
        step_changes(
            &self.office,
            step,
            Origin::of_system("recheck_register", *moment),
        )
    }

    fn answer(&self, _decided: Self::Decided) {}
}

fn outcomes(findings: &[Finding]) -> Vec<(CheckCode, Outcome)> {
    findings
        .iter()
        .map(|finding| (finding.check, finding.outcome))
        .collect()
}
