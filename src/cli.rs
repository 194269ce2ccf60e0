//! The command line: each subcommand calls one module.
//! It never decides anything, and tells a failure in one line.

use std::{
    error::Error,
    ffi::OsString,
    future::Future,
    io::{self, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use chrono::{DateTime, NaiveDate, Utc};
use clap::{Parser, Subcommand};

use crate::{
    application, authn,
    calendar::{self, Calendar},
    case_file::verify::{self, VerifyArgs, VerifyFault},
    config::{Config, Log},
    courier::{self, ExportArgs, ImportArgs},
    demo::{self, DemoArgs},
    kernel::{Clock as _, SystemClock, SystemIds, check_id},
    monitor::{self, MonitorArgs},
    rpc::status::Chain,
    serve, signature,
    store::Connections,
    telemetry,
};

/// Register of participation agreements in housing construction cooperatives.
#[derive(Debug, Parser)]
#[command(name = "tizilim", version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the service.
    Serve {
        /// The configuration, a TOML file; without it everything is as by default.
        #[arg(long)]
        config: Option<PathBuf>,
        /// Run on a clock that shows this moment until `AdvanceClock` moves it: for trials only.
        #[arg(long, value_name = "MOMENT")]
        test_clock: Option<DateTime<Utc>>,
    },
    /// Checks the configuration and prints what is in effect.
    CheckConfig {
        /// The configuration.
        #[arg(long)]
        config: Option<PathBuf>,
    },
    /// Brings the schema of the register up to date.
    Migrate {
        /// The configuration.
        #[arg(long)]
        config: Option<PathBuf>,
    },
    /// Brings the entries of a former register over; says what would happen, unless told to commit.
    Import(Box<ImportArgs>),
    /// Writes the register, or a part of it, into a file.
    Export(Box<ExportArgs>),
    /// Plays the main job from a filed agreement to an extract in a mailbox, all on this machine.
    Demo(DemoArgs),
    /// Runs the stub of the monitoring system.
    Monitor(MonitorArgs),
    /// Makes a token and the row for the file of callers.
    Token {
        /// Name of the account.
        #[arg(long)]
        name: String,
        /// cooperative, provider, agency, operator, reviewing-body, authorized-body or addressee.
        #[arg(long)]
        party: String,
        /// BIN of the organisation that it acts for.
        #[arg(long)]
        bin: String,
        /// read, submit, review, decide, operate, assign, acknowledge: separated by commas.
        #[arg(long, value_delimiter = ',', required = true)]
        rights: Vec<String>,
    },
    /// Prints days of the calendar as CSV, in English: date,working,kind,reason.
    Calendar {
        /// First day.
        from: NaiveDate,
        /// Last day.
        to: NaiveDate,
    },
    /// Rule sets of checks, without the service.
    #[command(subcommand)]
    Rules(RulesCommand),
    /// Reads numbers from standard input and tells of each whether it is an IIN or a BIN.
    CheckId,
    /// Verifies a case file without the service: 0 if it holds, 1 if it does not, 3 if nothing is wrong but
    /// not everything could be looked at.
    Verify(VerifyArgs),
    /// Signs a file: prints a detached CMS in base64.
    Sign {
        /// The signer's certificate, PEM.
        #[arg(long)]
        certificate: PathBuf,
        /// Its private key, PEM.
        #[arg(long)]
        key: PathBuf,
        /// The moment of signing; now, if it is not given.
        #[arg(long, value_name = "MOMENT")]
        at: Option<DateTime<Utc>>,
        /// What to sign.
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum RulesCommand {
    /// Tells what the rule set in a file is, or everything that is wrong with it.
    Check {
        /// The file, TOML as `print` gives it.
        file: PathBuf,
    },
    /// Prints the shipped rule set, to begin another one with.
    Print,
}

/// The exit code of an import of which rows are broken, and of a case file of which not everything could be
/// looked at; 2 is for wrong arguments.
const IN_PART: u8 = 3;

type Outcome = Result<(), Box<dyn Error>>;

/// Runs the program.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(help) => return told(&help),
    };
    match arguments.command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody is left to tell if standard error is closed.
            writeln!(io::stderr(), "tizilim: {}", Chain(&*error)).unwrap_or_default();
            let is_unproven = error.downcast_ref().is_some_and(VerifyFault::is_unproven);
            if error.is::<courier::Broken>() || is_unproven {
                ExitCode::from(IN_PART)
            } else {
                ExitCode::FAILURE
            }
        }
    }
}

/// Help and version are no failure.
fn told(help: &clap::Error) -> ExitCode {
    help.print().unwrap_or_default();
    u8::try_from(help.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

impl RulesCommand {
    fn run(self, output: &mut impl io::Write) -> Outcome {
        match self {
            Self::Check { file } => Ok(application::check_rules_file(&file, output)?),
            Self::Print => Ok(application::print_shipped_rules(output)?),
        }
    }
}

impl Command {
    fn run(self) -> Outcome {
        let mut output = io::stdout().lock();
        match self {
            Self::Serve { config, test_clock } => {
                let config = Config::load(config.as_deref())?;
                telemetry::start(&config.log);
                wait_for(async {
                    Ok(serve::start(config, test_clock)
                        .await?
                        .until_signal()
                        .await?)
                })
            }
            Self::CheckConfig { config } => {
                let config = Config::load(config.as_deref())?;
                serve::check_sinks(&config)?;
                Ok(write!(output, "{config}")?)
            }
            Self::Migrate { config } => {
                let config = Config::load(config.as_deref())?;
                telemetry::start(&config.log);
                let _alone = serve::alone(&config.store)?;
                wait_for(async { Ok(Connections::open(&config.store).await?.migrate().await?) })
            }
            Self::Import(arguments) => import(&arguments, &mut output),
            Self::Export(arguments) => {
                wait_for(async { Ok(courier::export(&arguments, &mut output).await?) })
            }
            Self::Demo(arguments) => {
                telemetry::start(&Log::warnings());
                wait_for(async { Ok(Box::pin(demo::run(arguments, &mut output)).await?) })
            }
            Self::Monitor(arguments) => {
                telemetry::start(&Config::load(None)?.log);
                wait_for(async { Ok(monitor::run(arguments).await?) })
            }
            Self::Token {
                name,
                party,
                bin,
                rights,
            } => token(&mut output, &name, &party, &bin, &rights),
            Self::Calendar { from, to } => {
                let calendar = Calendar::shipped()?;
                Ok(calendar::print_days(&calendar, from, to, &mut output)?)
            }
            Self::Rules(command) => command.run(&mut output),
            Self::CheckId => {
                let (input, today) = (io::stdin().lock(), SystemClock.now().today);
                Ok(check_id::check_ids(input, &mut output, today)?)
            }
            Self::Verify(arguments) => {
                wait_for(async { Ok(verify::verify(&arguments, &mut output).await?) })
            }
            Self::Sign {
                certificate,
                key,
                at,
                file,
            } => sign(&mut output, [&certificate, &key, &file], at),
        }
    }
}

fn sign(
    output: &mut impl io::Write,
    [certificate, key, file]: [&PathBuf; 3],
    at: Option<DateTime<Utc>>,
) -> Outcome {
    let at = at.unwrap_or_else(|| SystemClock.now().instant);
    Ok(signature::sign_file(certificate, key, file, at, output)?)
}

/// Broken rows are a failure with a code of their own.
fn import(arguments: &ImportArgs, output: &mut dyn io::Write) -> Outcome {
    wait_for(async {
        let broken = Box::pin(courier::import(arguments, output)).await?;
        broken.map_or(Ok(()), |broken| Err(broken.into()))
    })
}

fn token(
    output: &mut impl io::Write,
    name: &str,
    party: &str,
    bin: &str,
    rights: &[String],
) -> Outcome {
    let caller = authn::account(name, party, bin, rights)?;
    let minted = authn::mint(&caller, &SystemIds::default());
    let token = minted.token.expose();
    writeln!(output, "# The token, shown only now: {token}")?;
    Ok(write!(output, "{}", minted.row)?)
}

fn wait_for(work: impl Future<Output = Outcome>) -> Outcome {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?
        .block_on(work)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn rights_and_moments_are_read() {
        let line = "tizilim token --name a --party agency --bin 1 --rights read,submit";
        let arguments = Arguments::try_parse_from(line.split(' ')).unwrap();
        let Command::Token { rights, .. } = arguments.command else {
            panic!("another command");
        };
        assert_eq!(rights, ["read", "submit"]);
        let line = "tizilim serve --test-clock 2026-03-20T18:31:00+05:00";
        let arguments = Arguments::try_parse_from(line.split(' ')).unwrap();
        let Command::Serve { test_clock, .. } = arguments.command else {
            panic!("another command");
        };
        let expected: DateTime<Utc> = "2026-03-20T13:31:00Z".parse().unwrap();
        assert_eq!(test_clock, Some(expected));
    }

    #[test]
    fn failures_and_wrong_arguments_end_with_another_code() {
        for line in [
            "tizilim",
            "tizilim fly",
            "tizilim check-config --config no-such-file.toml",
            "tizilim calendar 2026-02-01 2026-01-01",
            "tizilim rules check no-such-file.toml",
            "tizilim token --name a --party agency --bin 1 --rights read",
        ] {
            let arguments = line.split(' ').map(OsString::from);
            assert_ne!(run(arguments), ExitCode::SUCCESS, "{line}");
        }
    }
}
