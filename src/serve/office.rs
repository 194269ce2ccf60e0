//! Opens what the office and its clerks work with, as the configuration says.
//! It never begins to work: `serve` starts the clerks when everything is open.

use std::{path::Path, sync::Arc, time::Duration};

use super::{Parts, ServeFault, sinks};
use crate::{
    administration::{Configured, activate_configured},
    application::{Office, RuleBook, WholeApplications},
    authn::Accounts,
    complaint::ComplaintClerk,
    config::{Config, Outlet, Smtp as SmtpConfig, SmtpTls},
    correction::CorrectionClerk,
    court::CourtClerk,
    deadlines::{Clerk, Clerks, Registrar},
    delivery::Sinks,
    document::Documents,
    extract::{ExtractClerk, ExtractRenderer, TypstRenderer},
    feed::Tail,
    lag::LagBook,
    letter::{LetterClerk, LetterPolicy},
    mail::{Maildir, Mailer, Security, Sender, Smtp, SmtpOptions},
    notice::{Body, NoticeClerk, NoticePolicy},
    operations::{Lookout, OperationsParts},
    reconciliation::Reconciler,
    signature::{BuiltinVerifier, SigningIdentity},
    statistics::Counter,
};

/// How long one letter may take.
const LETTER_TIMEOUT: Duration = Duration::from_secs(30);
/// The sender's name in letters.
const SENDER_NAME: &str = "Tizilim";

/// The office of an installation.
pub(super) fn office(
    parts: &Parts,
    accounts: Arc<dyn Accounts>,
) -> Result<Arc<Office>, ServeFault> {
    let config = &parts.config;
    let today = parts.clock.now().today;
    let rules = RuleBook::open(parts.references.clone())?;
    let first = rules.shipped();
    if !first.is_in_force(today) {
        return Err(ServeFault::RulesNotInForce {
            from: first.effective_from,
        });
    }
    Ok(Arc::new(Office {
        store: parts.store.clone(),
        applications: WholeApplications::of(&parts.store),
        accounts,
        quality_authority: config.quality_authority.clone(),
        references: parts.references.clone(),
        rules,
        verifier: Arc::new(verifier(config)?),
        documents: Documents::local(&config.documents)?,
        page_tokens: Arc::clone(&parts.page_tokens),
        shareholder_marks: Arc::clone(&parts.shareholder_marks),
        seal: seal(parts)?,
    }))
}

/// With what manifests of case files are signed; without it they are not. A signature that no reader would
/// take is worse than none: it would be kept for good.
fn seal(parts: &Parts) -> Result<Option<Arc<SigningIdentity>>, ServeFault> {
    let Some(files) = &parts.config.seal else {
        return Ok(None);
    };
    let (certificate, key) = (read(&files.certificate)?, read(&files.key)?);
    let seal = SigningIdentity::from_pem(&certificate, &key)?;
    seal.check_may_sign(parts.clock.now().instant)?;
    Ok(Some(Arc::new(seal)))
}

/// Activates the rule set that the configuration names, unless it was activated before.
pub(super) async fn activate_rules(parts: &Parts, office: &Arc<Office>) -> Result<(), ServeFault> {
    let Some(rules) = &parts.config.rules else {
        return Ok(());
    };
    let text = read(&rules.file)?;
    if let Configured::Withdrawn { version } = activate_configured(office, text, &rules.act).await?
    {
        tracing::warn!(
            version,
            "the rule set of the configuration was withdrawn and judges nothing: give its text another \
             version to bring it again, or take [rules] out"
        );
    }
    Ok(())
}

/// Without anchors nothing can be verified: applications wait, and none is refused for it.
fn verifier(config: &Config) -> Result<BuiltinVerifier, ServeFault> {
    if config.trust_anchors.is_empty() {
        tracing::warn!("no trust anchors are configured: no signature can be verified");
        return Ok(BuiltinVerifier::default());
    }
    let anchors: Vec<String> = config
        .trust_anchors
        .iter()
        .map(|file| read(file))
        .collect::<Result<_, _>>()?;
    Ok(BuiltinVerifier::from_pem(&anchors.concat(), "")?)
}

/// Starts the clerks and the push; from now on things happen without anyone calling.
pub(super) fn start_work(
    parts: &Parts,
    office: &Arc<Office>,
) -> Result<OperationsParts, ServeFault> {
    let config = &parts.config;
    let renderer: Arc<dyn ExtractRenderer> =
        Arc::new(TypstRenderer::load(config.extract.templates.as_deref())?);
    let policy = LetterPolicy {
        attempts_max: config.mail.attempts_max,
        first_retry_seconds: config.mail.first_retry_seconds,
        retry_seconds_max: config.mail.retry_seconds_max,
    };
    let mailer = mailer(config)?;
    let notices = NoticeClerk::of(
        Arc::clone(office),
        Arc::clone(&mailer),
        policy,
        notice_policy(parts),
    );
    let clerks: Vec<Box<dyn Clerk>> = vec![
        Box::new(Registrar::of(Arc::clone(office))),
        Box::new(CorrectionClerk::of(Arc::clone(office))),
        Box::new(ComplaintClerk::of(Arc::clone(office))),
        Box::new(CourtClerk::of(Arc::clone(office))),
        Box::new(ExtractClerk::of(Arc::clone(office), renderer)),
        Box::new(LetterClerk::of(Arc::clone(office), mailer, policy)),
        Box::new(notices),
    ];
    let sinks = sinks::sinks(config)?;
    let (store, leases, stopping) = (&office.store, &parts.leases, &parts.stopping);
    let clerks = Clerks::start(store, leases, clerks, stopping);
    let lag = lag_book(config);
    let sinks = Sinks::start(store, sinks, leases, &lag, stopping);
    let statistics = Counter::start(store.clone(), parts.references.clone(), leases, stopping);
    let reconciliation = Reconciler::start(store.clone(), sinks.clone(), leases, stopping);
    let test_clock = parts.test_clock.clone();
    Ok(OperationsParts {
        office: Arc::clone(office),
        clerks,
        test_clock,
        sinks,
        statistics,
        reconciliation,
        feed: Tail::start(store.clone(), stopping.clone()),
        lookout: Lookout::of(Arc::clone(office), lag.clone()),
        lag,
    })
}

/// How the installation tells changes of the Rules.
pub(super) fn notice_policy(parts: &Parts) -> Arc<NoticePolicy> {
    let notice = &parts.config.notice;
    let bodies = notice.addressees.iter().map(|addressee| Body {
        body: addressee.body,
        bin: addressee.bin.clone(),
        name: addressee.name.clone(),
        email: addressee.email.clone(),
    });
    Arc::new(NoticePolicy {
        hours: notice.hours,
        reminder_working_days: notice.reminder_working_days,
        bodies: bodies.collect(),
    })
}

/// The sinks with how long a stage may take to each.
fn lag_book(config: &Config) -> LagBook {
    LagBook::of(config.sinks.iter().map(|sink| {
        let limit = Duration::from_secs(sink.lag_seconds_max.into());
        (sink.name.to_string(), limit)
    }))
}

fn mailer(config: &Config) -> Result<Arc<dyn Mailer>, ServeFault> {
    let sender = Sender::new(SENDER_NAME, &config.mail.from)?;
    Ok(match &config.mail.outlet {
        Outlet::Maildir(folder) => Arc::new(Maildir::open(folder.clone(), sender)?),
        Outlet::Smtp(smtp) => Arc::new(Smtp::new(smtp_options(smtp, sender)?)?),
    })
}

fn smtp_options(smtp: &SmtpConfig, sender: Sender) -> Result<SmtpOptions, ServeFault> {
    let password = smtp.password_file.as_deref().map(read).transpose()?;
    let credentials = smtp
        .username
        .clone()
        .zip(password.map(|password| password.trim_end().to_owned()));
    Ok(SmtpOptions {
        host: smtp.host.clone(),
        port: smtp.port,
        security: match smtp.tls {
            SmtpTls::StartTls => Security::StartTls,
            SmtpTls::Implicit => Security::Implicit,
            SmtpTls::None => Security::None,
        },
        root_certificates: None,
        credentials,
        sender,
        timeout: LETTER_TIMEOUT,
    })
}

pub(super) fn read(file: &Path) -> Result<String, ServeFault> {
    std::fs::read_to_string(file).map_err(|source| ServeFault::Pem {
        file: file.to_owned(),
        source,
    })
}
