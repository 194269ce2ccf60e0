//! `tizilim monitor`: the stub as a program of its own. It never ends but by a signal or a fault.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use super::{MonitorFault, Stub, TokenDigest, conduct::Conduct};
use crate::kernel::SystemClock;

/// How to run the stub of the monitoring system.
#[derive(Debug, Args)]
pub struct MonitorArgs {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:50052")]
    pub listen: SocketAddr,
    /// Folder of the stub's own file of received stages.
    #[arg(long, default_value = "tizilim-monitor")]
    pub dir: PathBuf,
    /// File with the SHA-256 of the token that callers must bear; without it nobody is asked.
    #[arg(long)]
    pub token_sha256_file: Option<PathBuf>,
    /// File that says how to misbehave, TOML: for trials.
    #[arg(long, value_name = "FILE")]
    pub misbehave: Option<PathBuf>,
}

/// Runs the stub until a signal asks it to end.
pub async fn run(args: MonitorArgs) -> Result<(), MonitorFault> {
    let token = args.token_sha256_file.as_deref();
    let stub = Stub {
        listen: args.listen,
        folder: args.dir,
        token: token.map(TokenDigest::from_file).transpose()?,
        clock: Arc::new(SystemClock),
    };
    let conduct = match &args.misbehave {
        Some(path) => Conduct::from_file(path, &SystemClock)?,
        None => Conduct::default(),
    };
    let mut terminate = signal(SignalKind::terminate()).map_err(MonitorFault::Signal)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(MonitorFault::Signal)?;
    let mut stub = stub.start_with(conduct).await?;
    tokio::select! {
        ended = stub.ended() => return ended,
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    stub.stop().await
}
