//! `tizilim demo`: everything on this machine, played within a minute. It never needs the machine's
//! clock to show a working hour, and never leaves anything outside its folder.

use std::{io::Write, net::SocketAddr, path::PathBuf};

use chrono::{NaiveDate, NaiveTime};
use clap::Args;

use super::{ANY_PORT, DemoFault, Folder, Installation, World, play::play};
use crate::kernel::instant_of;

/// How to run the demonstration.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Folder for everything that it makes; emptied first if an earlier demonstration made it.
    #[arg(long, default_value = "tizilim-demo")]
    pub dir: PathBuf,
    /// Where the service listens; port 0 takes a free one.
    #[arg(long, default_value_t = ANY_PORT)]
    pub listen: SocketAddr,
    /// End after the last scene instead of running on for calls by hand.
    #[arg(long)]
    pub exit: bool,
}

/// Tuesday, 24 November 2026, at ten: a working day after a working day.
const BEGINS_ON: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 24).expect("a day of the calendar");
const BEGINS_AT: NaiveTime = NaiveTime::from_hms_opt(10, 0, 0).expect("a time of day");

/// Runs the demonstration; it fails if anything is not as it should be.
pub async fn run(args: DemoArgs, out: &mut dyn Write) -> Result<(), DemoFault> {
    let world = World::new(instant_of(BEGINS_ON.and_time(BEGINS_AT)))?;
    let folder = Folder::afresh(&args.dir)?;
    let installation = Box::pin(Installation::start(world, folder, args.listen)).await?;
    let played = Box::pin(play(&installation, out)).await;
    if args.exit || played.is_err() {
        let stopped = Box::pin(installation.stop()).await;
        return played.and(stopped);
    }
    writeln!(out, "\nEverything runs on until Ctrl-C.")?;
    Box::pin(installation.until_signal()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(dir: PathBuf) -> DemoArgs {
        DemoArgs {
            dir,
            listen: ANY_PORT,
            exit: true,
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn the_whole_job_is_played_to_its_end() {
        let base = tempfile::tempdir().unwrap();
        let dir = base.path().join("demo");
        let mut out = Vec::new();
        Box::pin(run(arguments(dir.clone()), &mut out))
            .await
            .unwrap();
        let printed = String::from_utf8(out).unwrap();
        for line in [
            "EXTRACT_SENT",
            "EXTRACT_HANDED_OVER",
            "NON_COMPLIANCE_WITH_HOUSING_LAW, resting on C14",
            "NO_CONSENT, resting on C19",
            "electronic_contract.agreement.shareholder.iin: must have a right check digit",
            "registered Fri 2026-11-27 09:00",
            "GENUINE",
            "AMENDMENT: version 2, LIVE; column 7 ends with No. 1",
            "ASSIGNMENT: version 4, LIVE; column 7 ends with No. ТҚ-1",
            "DEREGISTRATION: version 5, TERMINATED",
            "share.floor: stands 17, shall read 7",
            "version 1, apartment 51, floor 17, lines in column 7: 0",
            "version 3, apartment 51, floor 7, lines in column 7: 1",
            " of share.floor",
            "by its code: SUPERSEDED",
            "GrantApplication",
            "COMPLAINT_SATISFIED",
            "outcome      SATISFIED, ",
            "outcome      REJECTED, ",
            "17-НҚ, published 2026-11-23, to be told by Thu 2026-11-26 18:30",
            "CONTACT_CENTRE 600340000015, by MAIL",
            "4 addressees told in time, 0 late; 4 acknowledged, 1 of them late",
        ] {
            assert!(printed.contains(line), "{line} is not in:\n{printed}");
        }
        let count = |folder: &str| std::fs::read_dir(dir.join(folder)).unwrap().count();
        // One of the first scene; of what a complaint set right; of six versions, and one to who assigned the
        // right; four notices of a change of the Rules, and a reminder.
        assert_eq!(count("mail"), 14);
        assert_eq!(count("extracts"), 4);
        assert_eq!(count("refusals"), 6);
    }

    #[tokio::test]
    async fn nothing_is_played_in_a_folder_of_somebody_else() {
        let base = tempfile::tempdir().unwrap();
        std::fs::write(base.path().join("thesis.txt"), "mine").unwrap();
        let mut out = Vec::new();
        let fault = Box::pin(run(arguments(base.path().to_owned()), &mut out)).await;
        assert!(matches!(fault, Err(DemoFault::Folder(_))));
        assert!(out.is_empty());
    }
}
