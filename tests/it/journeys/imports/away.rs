//! A service that is away for a moment ends no import, and an answer that is lost brings nothing over twice.

use tizilim::courier::{ImportArgs, ServiceArgs};

use super::{
    Carrier,
    carrier::{csv, former_row},
};
use crate::harness::{Cut, Proxy, Town};

#[tokio::test]
async fn an_import_outlives_lines_that_break_and_answers_that_are_lost() {
    let town = Town::open_plainly().await;
    let carrier = Carrier::of(&town);
    let proxy = Proxy::before(town.address());
    let rows = [former_row(&town, 1), former_row(&town, 2)];
    let args = ImportArgs {
        commit: true,
        skip_broken: true,
        service: ServiceArgs {
            server: format!("http://{}", proxy.address()),
            ..carrier.service()
        },
        ..carrier.args(carrier.file("rows.csv", csv(&rows)))
    };
    let head = town.journal_head().await;
    // How a client of HTTP/2 begins, and what stands in the request.
    for (word, cut, outcome) in [
        (
            &b"rows.csv"[..],
            Cut::After,
            "imported: 2; imported before: 0",
        ),
        (b"rows.csv", Cut::Before, "imported: 0; imported before: 2"),
        (
            b"PRI * HTTP/2.0",
            Cut::Before,
            "imported: 0; imported before: 2",
        ),
    ] {
        proxy.cut_at(word, cut, 2);
        let before = proxy.cuts();
        let (broken, told) = carrier.run(&args).await;
        assert!(broken.is_none(), "{told}");
        assert_eq!(proxy.cuts(), before + 2);
        assert!(told.contains(outcome), "{told}");
    }
    assert_eq!(town.journal_head().await, head + 1, "each row once");
}
