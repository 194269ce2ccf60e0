//! The receivers of stages, as the configuration names them: their secrets, certificates and words are read.
//! It never speaks to one.

use std::sync::Arc;

use super::{ServeFault, office::read};
use crate::{
    application::{Form, Procedure, Stage, StageCode, refusal::Ground},
    config::{Config, Sink as Configured, SinkKind},
    delivery::{
        Beginning, Codes, GrpcSink, GrpcSinkOptions, HttpFormat, HttpSink, HttpSinkOptions,
        Mapping, Sink, SinkParts, SinkSetupFault,
    },
    kernel::{SinkName, SystemClock},
};

/// Reads all that the sinks need, and says what is wrong with it first.
pub(crate) fn check_sinks(config: &Config) -> Result<(), ServeFault> {
    parts(config).map(drop)
}

/// All sinks.
pub(super) fn sinks(config: &Config) -> Result<Vec<SinkParts>, ServeFault> {
    let is_monitoring = |sink: &Configured| sink.name == SinkName::monitoring();
    if !config.sinks.iter().any(is_monitoring) {
        tracing::warn!("no monitoring system is configured: stages wait in the journal");
    }
    parts(config)
}

fn parts(config: &Config) -> Result<Vec<SinkParts>, ServeFault> {
    config.sinks.iter().map(of_sink).collect()
}

fn of_sink(configured: &Configured) -> Result<SinkParts, ServeFault> {
    let of_no_use = |source: SinkSetupFault| ServeFault::Sink {
        sink: configured.name.clone(),
        source,
    };
    let mapping = match &configured.mapping {
        Some(file) => {
            Mapping::parse(&read(file)?, &codes()).map_err(|fault| of_no_use(fault.into()))?
        }
        None => Mapping::default(),
    };
    let ca_pem = configured.ca.as_deref().map(read).transpose()?;
    let sink: Arc<dyn Sink> = match &configured.kind {
        SinkKind::Grpc { token_file } => {
            let token = token_file.as_deref().map(read).transpose()?;
            let sink = GrpcSink::new(&GrpcSinkOptions {
                endpoint: configured.endpoint.clone(),
                token: token.map(|token| token.trim_end().to_owned()),
                ca_pem,
            });
            Arc::new(sink.map_err(of_no_use)?)
        }
        SinkKind::Http {
            secret_files,
            binary,
            source,
        } => {
            let secrets = secret_files.iter().map(|file| read(file));
            let sink = HttpSink::new(HttpSinkOptions {
                endpoint: configured.endpoint.clone(),
                ca_pem,
                secrets: secrets.collect::<Result<_, _>>()?,
                format: if *binary {
                    HttpFormat::Binary
                } else {
                    HttpFormat::Structured
                },
                source: source.clone(),
                // Receivers compare it with theirs, also on an acceptance clock.
                clock: Arc::new(SystemClock),
            });
            Arc::new(sink.map_err(of_no_use)?)
        }
    };
    Ok(SinkParts {
        name: configured.name.clone(),
        sink,
        mapping,
        from: if configured.from_now {
            Beginning::Now
        } else {
            Beginning::Start
        },
    })
}

/// What a table of words may, or must, name.
fn codes() -> Codes {
    let marks = StageCode::marks().map(StageCode::code);
    Codes {
        stages: Stage::ALL
            .map(Stage::code)
            .into_iter()
            .chain(marks)
            .collect(),
        procedures: Procedure::ALL.map(Procedure::code).to_vec(),
        forms: Form::ALL.map(Form::code).to_vec(),
        results: [Stage::Granted, Stage::Refused].map(Stage::code).to_vec(),
        grounds: Ground::ALL.map(Ground::code).to_vec(),
    }
}
